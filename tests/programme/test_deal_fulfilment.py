"""Which sales fulfil a deal: those that name its end customer or a special price of its own, and no others."""

from hypothesis import given
from hypothesis import strategies as st

from app.programme.deal_fulfilment import Sum, fulfilled
from app.programme.end_customers import customer_hash, customer_name

OF = customer_hash("net", customer_name("Klinik Nord GmbH"))


def sold(customer: str | None, named: bool = False, amount: int | None = 1_000_000, currency: str = "EUR") -> Sum:
    return Sum(customer, named, currency, 1, 2_000, amount)


def test_a_line_counts_by_the_customers_name_however_it_is_written_or_by_the_special_price() -> None:
    sums = [sold("KLINIK NORD"), sold(None, named=True), sold("Klinik Süd"), sold(None), sold("Somebody", named=True)]
    found = fulfilled(sums, "net", OF)
    assert (found.lines, found.units, found.amounts) == (3, 6_000, {"EUR": 3_000_000})
    assert found.customers == {"KLINIK NORD"}


def test_an_erased_customer_leaves_what_names_a_special_price() -> None:
    assert fulfilled([sold("Klinik Nord"), sold(None, named=True)], "net", None).lines == 1


def test_amounts_stay_apart_by_currency_and_unknown_ones_are_left_out() -> None:
    sums = [sold("Klinik Nord"), sold("Klinik Nord", currency="USD"), sold("klinik nord", amount=None)]
    found = fulfilled(sums, "net", OF)
    assert (found.lines, found.amounts) == (3, {"EUR": 1_000_000, "USD": 1_000_000})


@given(st.lists(st.builds(sold, st.sampled_from([None, "Klinik Nord", "Else"]), st.booleans())))
def test_no_line_counts_twice_and_their_order_does_not_matter(sums: list[Sum]) -> None:
    found = fulfilled(sums, "net", OF)
    assert found.lines == sum(1 for each in sums if each.named or each.customer == "Klinik Nord")
    assert fulfilled(sums[::-1], "net", OF) == found
