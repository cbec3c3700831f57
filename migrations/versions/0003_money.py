"""Sell-out, profiles of every kind, and the money of the programme: incentives, statements, claims, the ledger."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "DROP POLICY distributor_reads ON report_profile",
    "DROP POLICY distributor_inserts ON report_profile",
    "DROP POLICY distributor_updates ON report_profile",
    "DROP POLICY vendor_reads ON submission",
    "DROP POLICY vendor_inserts ON submission",
    "DROP POLICY vendor_updates ON submission",
    "DROP POLICY vendor_reads ON report_row",
    "DROP POLICY vendor_reads ON submission_effect",
    "DROP POLICY vendor_reads ON submission_issue",
    "DROP POLICY vendor_reads ON stock_row",
    "ALTER TABLE alert DROP CONSTRAINT ck_alert_kind",
    "ALTER TABLE report_profile DROP CONSTRAINT ck_report_profile_kind",
    "ALTER TABLE submission DROP CONSTRAINT ck_submission_kind",
    "ALTER TABLE sell_in_day SET (fillfactor = 50)",
    "ALTER TABLE sell_in_line ADD COLUMN serial_numbers TEXT[]",
    "ALTER TABLE sell_through_day SET (fillfactor = 50)",
    "ALTER TABLE sell_through_month SET (fillfactor = 50)",
    "ALTER TABLE sell_through_reseller_month SET (fillfactor = 50)",
    "ALTER TABLE knowledge ALTER COLUMN agreement_id DROP NOT NULL",
    "ALTER TABLE knowledge ADD COLUMN distributor_id UUID",
    "ALTER TABLE agreement ADD COLUMN shortfall_consequence TEXT DEFAULT 'NONE' NOT NULL",
    "ALTER TABLE agreement ADD COLUMN shortfall_share BIGINT",
    """
ALTER TABLE agreement ADD CONSTRAINT ck_agreement_shortfall_consequence CHECK (shortfall_consequence IN ('NONE', 'REBATE_VOID', 'TIER_DROP', 'SHORTFALL_FEE'))
""",
    """
ALTER TABLE agreement ADD CONSTRAINT ck_agreement_a_fee_has_a_share CHECK ((shortfall_consequence = 'SHORTFALL_FEE') = (shortfall_share IS NOT NULL))
""",
    """
ALTER TABLE agreement ADD CONSTRAINT ck_agreement_shortfall_share CHECK (shortfall_share > 0 AND shortfall_share <= 1000000)
""",
    """
ALTER TABLE alert ADD CONSTRAINT ck_alert_kind CHECK (kind IN ('REPORT_DUE', 'REPORT_LATE', 'REPORT_MISSING', 'PRICE_MISSING', 'PRICE_UNUSUAL', 'AMOUNT_DIFFERS', 'RESELLER_NOT_AUTHORIZED', 'MORE_SOLD_THAN_STOCK', 'SERIAL_SOLD_TWICE', 'SERIAL_SOLD_BY_TWO', 'SERIAL_OUTSIDE_TERRITORY', 'STOCK_VARIANCE'))
""",
    "ALTER TABLE held_decision ADD COLUMN kinds TEXT[] DEFAULT '{}' NOT NULL",
    """
ALTER TABLE report_profile ADD CONSTRAINT ck_report_profile_kind CHECK (kind IN ('SELL_THROUGH', 'SELL_IN', 'INVENTORY', 'SELL_OUT') AND kind <> 'SELL_OUT')
""",
    "ALTER TABLE volume_tier ADD COLUMN discount BIGINT",
    "ALTER TABLE volume_tier ADD COLUMN rebate_eligible BOOLEAN DEFAULT true NOT NULL",
    "ALTER TABLE volume_tier ADD CONSTRAINT ck_volume_tier_discount CHECK (discount >= 0 AND discount <= 1000000)",
    "ALTER TABLE submission ALTER COLUMN agreement_id DROP NOT NULL",
    "ALTER TABLE submission ALTER COLUMN distributor_id DROP NOT NULL",
    "ALTER TABLE submission ADD COLUMN reseller_id UUID",
    "ALTER TABLE submission ADD COLUMN enrollment_id UUID",
    """
ALTER TABLE submission ADD COLUMN disclosed_profile_id UUID GENERATED ALWAYS AS (CASE WHEN kind = 'SELL_IN' THEN profile_id END) STORED
""",
    """
ALTER TABLE submission ADD COLUMN disclosed_profile_version INTEGER GENERATED ALWAYS AS (CASE WHEN kind = 'SELL_IN' THEN profile_version END) STORED
""",
    """
ALTER TABLE submission ADD CONSTRAINT ck_submission_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1)
""",
    """
ALTER TABLE submission ADD CONSTRAINT uq_submission_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id)
""",
    """
ALTER TABLE submission ADD CONSTRAINT ck_submission_kind CHECK (kind IN ('SELL_THROUGH', 'SELL_IN', 'INVENTORY', 'SELL_OUT'))
""",
    """
ALTER TABLE submission ADD CONSTRAINT ck_submission_sell_out_is_a_resellers CHECK ((kind = 'SELL_OUT') = (reseller_id IS NOT NULL) AND (enrollment_id IS NULL) = (reseller_id IS NULL))
""",
    "ALTER TABLE report_row ALTER COLUMN agreement_id DROP NOT NULL",
    "ALTER TABLE report_row ALTER COLUMN distributor_id DROP NOT NULL",
    "ALTER TABLE report_row ADD COLUMN reseller_id UUID",
    """
ALTER TABLE report_row ADD CONSTRAINT ck_report_row_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1)
""",
    "ALTER TABLE submission_effect ALTER COLUMN agreement_id DROP NOT NULL",
    "ALTER TABLE submission_effect ALTER COLUMN distributor_id DROP NOT NULL",
    "ALTER TABLE submission_effect ADD COLUMN reseller_id UUID",
    """
ALTER TABLE submission_effect ADD CONSTRAINT ck_submission_effect_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1)
""",
    "ALTER TABLE submission_issue ALTER COLUMN agreement_id DROP NOT NULL",
    "ALTER TABLE submission_issue ALTER COLUMN distributor_id DROP NOT NULL",
    "ALTER TABLE submission_issue ADD COLUMN reseller_id UUID",
    "ALTER TABLE submission_issue ADD COLUMN disclosed BOOLEAN DEFAULT false NOT NULL",
    """
ALTER TABLE submission_issue ADD CONSTRAINT ck_submission_issue_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1)
""",
    """
CREATE TABLE sell_out_line (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	reseller_id UUID NOT NULL,
	document_kind TEXT NOT NULL,
	document_number TEXT NOT NULL,
	document_line TEXT NOT NULL,
	return_of TEXT,
	sold_on DATE NOT NULL,
	product_id UUID NOT NULL,
	quantity BIGINT NOT NULL,
	currency TEXT NOT NULL,
	unit_price BIGINT,
	amount BIGINT,
	sale_type TEXT NOT NULL,
	ship_to_country TEXT,
	end_customer TEXT,
	serial_numbers TEXT[],
	component INTEGER NOT NULL,
	counts_on DATE NOT NULL,
	product_code TEXT NOT NULL,
	reported_quantity BIGINT NOT NULL,
	unit TEXT,
	source TEXT,
	product_alias_id UUID,
	kit_id UUID,
	corrects_submission_id UUID,
	corrects_row BIGINT,
	corrected_by UUID,
	content_hash TEXT NOT NULL,
	recorded BIGINT NOT NULL,
	replaced BIGINT,
	superseded BIGINT,
	CONSTRAINT pk_sell_out_line PRIMARY KEY (vendor_id, submission_id, row_number, component, recorded)
)
""",
    """
CREATE TABLE sell_out_month (
	vendor_id UUID NOT NULL,
	month DATE NOT NULL,
	fiscal_month DATE NOT NULL,
	reseller_id UUID NOT NULL,
	product_id UUID NOT NULL,
	currency TEXT NOT NULL,
	units BIGINT NOT NULL,
	returned_units BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	CONSTRAINT pk_sell_out_month PRIMARY KEY (vendor_id, month, reseller_id, product_id, currency, fiscal_month)
)
""",
    """
CREATE TABLE serial_delivery (
	vendor_id UUID NOT NULL,
	serial TEXT NOT NULL,
	distributor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	component INTEGER NOT NULL,
	recorded BIGINT NOT NULL,
	direction INTEGER NOT NULL,
	CONSTRAINT pk_serial_delivery PRIMARY KEY (vendor_id, serial, product_id, submission_id, row_number, component, recorded, direction)
)
""",
    """
CREATE TABLE approval_threshold (
	vendor_id UUID NOT NULL,
	currency TEXT NOT NULL,
	above_minor BIGINT NOT NULL,
	set_at TIMESTAMP WITH TIME ZONE NOT NULL,
	set_by TEXT NOT NULL,
	CONSTRAINT pk_approval_threshold PRIMARY KEY (vendor_id, currency),
	CONSTRAINT fk_approval_threshold_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_approval_threshold_not_negative CHECK (above_minor >= 0)
)
""",
    """
CREATE TABLE incentive (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	status TEXT NOT NULL,
	latest_version INTEGER NOT NULL,
	budget_minor BIGINT,
	created_by TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_incentive PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_incentive_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_incentive_kind CHECK (kind IN ('VOLUME_REBATE', 'GROWTH_REBATE', 'TARGET_BONUS', 'OPERATIONAL', 'LOGISTICS_ALLOWANCE', 'SPIFF', 'COMMISSION', 'MDF_ACCRUAL')),
	CONSTRAINT ck_incentive_status CHECK (status IN ('DRAFT', 'PROPOSED', 'ACTIVE', 'ENDED')),
	CONSTRAINT ck_incentive_budget_is_money CHECK (budget_minor > 0)
)
""",
    """
CREATE TABLE statement_run (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	incentive_id UUID,
	agreement_id UUID,
	period_start DATE NOT NULL,
	period_end DATE NOT NULL,
	asked_by TEXT NOT NULL,
	asked_by_name TEXT NOT NULL,
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	finished_at TIMESTAMP WITH TIME ZONE,
	calculated INTEGER DEFAULT 0 NOT NULL,
	unchanged INTEGER DEFAULT 0 NOT NULL,
	failed TEXT,
	CONSTRAINT pk_statement_run PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_statement_run_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id)
)
""",
    """
CREATE TABLE advertised_price_floor (
	vendor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	country TEXT NOT NULL,
	effective_from DATE NOT NULL,
	currency TEXT NOT NULL,
	price BIGINT,
	binding BOOLEAN NOT NULL,
	announced_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_advertised_price_floor PRIMARY KEY (vendor_id, product_id, country, effective_from),
	CONSTRAINT fk_advertised_price_floor_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_advertised_price_floor_not_negative CHECK (price >= 0)
)
""",
    """
CREATE TABLE incentive_version (
	vendor_id UUID NOT NULL,
	incentive_id UUID NOT NULL,
	version INTEGER NOT NULL,
	status TEXT NOT NULL,
	rule JSONB NOT NULL,
	summary TEXT NOT NULL,
	currency TEXT NOT NULL,
	effective_start DATE NOT NULL,
	effective_end DATE NOT NULL,
	agreement_ids UUID[] NOT NULL,
	written_by TEXT NOT NULL,
	written_at TIMESTAMP WITH TIME ZONE NOT NULL,
	proposed_at TIMESTAMP WITH TIME ZONE,
	activated_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_incentive_version PRIMARY KEY (vendor_id, incentive_id, version),
	CONSTRAINT fk_incentive_version_vendor_id_incentive_id FOREIGN KEY(vendor_id, incentive_id) REFERENCES incentive (vendor_id, id),
	CONSTRAINT ck_incentive_version_status CHECK (status IN ('DRAFT', 'PROPOSED', 'ACTIVE', 'ENDED')),
	CONSTRAINT ck_incentive_version_ends_after_it_starts CHECK (effective_end > effective_start)
)
""",
    """
CREATE TABLE recommended_price (
	vendor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	currency TEXT NOT NULL,
	effective_from DATE NOT NULL,
	price BIGINT NOT NULL,
	announced_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_recommended_price PRIMARY KEY (vendor_id, product_id, currency, effective_from),
	CONSTRAINT fk_recommended_price_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_recommended_price_not_negative CHECK (price >= 0)
)
""",
    """
CREATE TABLE agreement_money_terms (
	vendor_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	effective_from DATE NOT NULL,
	protects BOOLEAN NOT NULL,
	look_back_days INTEGER,
	in_transit BOOLEAN NOT NULL,
	minimum_drop BIGINT NOT NULL,
	writes_up BOOLEAN NOT NULL,
	rotation_share BIGINT,
	offsetting_share BIGINT,
	set_at TIMESTAMP WITH TIME ZONE NOT NULL,
	set_by TEXT NOT NULL,
	CONSTRAINT pk_agreement_money_terms PRIMARY KEY (vendor_id, agreement_id, effective_from),
	CONSTRAINT fk_agreement_money_terms_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_agreement_money_terms_look_back CHECK (look_back_days >= 0),
	CONSTRAINT ck_agreement_money_terms_minimum_drop CHECK (minimum_drop BETWEEN 0 AND 1000000),
	CONSTRAINT ck_agreement_money_terms_rotation_share CHECK (rotation_share BETWEEN 1 AND 1000000),
	CONSTRAINT ck_agreement_money_terms_offsetting_share CHECK (offsetting_share BETWEEN 1 AND 10000000),
	CONSTRAINT ck_agreement_money_terms_offsets_rotation CHECK (offsetting_share IS NULL OR rotation_share IS NOT NULL)
)
""",
    """
CREATE TABLE commitment_settlement (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	period_start DATE NOT NULL,
	period_end DATE NOT NULL,
	sequence INTEGER NOT NULL,
	currency TEXT NOT NULL,
	waived BOOLEAN NOT NULL,
	note TEXT,
	decided_by TEXT NOT NULL,
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
	actual BIGINT,
	commitment BIGINT,
	shortfall BIGINT,
	consequence TEXT,
	fee_minor BIGINT,
	posted_minor BIGINT,
	settled_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_commitment_settlement PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_commitment_settlement_vendor_id_agreement_id_period__d6d8 UNIQUE (vendor_id, agreement_id, period_start, sequence),
	CONSTRAINT fk_commitment_settlement_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_commitment_settlement_ends_after_it_starts CHECK (period_end > period_start),
	CONSTRAINT ck_commitment_settlement_consequence CHECK (consequence IN ('NONE', 'REBATE_VOID', 'TIER_DROP', 'SHORTFALL_FEE')),
	CONSTRAINT ck_commitment_settlement_settled_with_a_consequence CHECK ((settled_at IS NULL) = (consequence IS NULL))
)
""",
    """
CREATE TABLE cost_reduction (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	cause TEXT NOT NULL,
	cause_id UUID NOT NULL,
	submission_id UUID,
	row_number BIGINT,
	component INTEGER,
	effective_on DATE NOT NULL,
	quantity BIGINT NOT NULL,
	currency TEXT NOT NULL,
	per_unit BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_cost_reduction PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_cost_reduction_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_cost_reduction_cause CHECK (cause IN ('PRICE_PROTECTION', 'SPECIAL_PRICE', 'STOCK_ROTATION')),
	CONSTRAINT ck_cost_reduction_of_a_line CHECK ((submission_id IS NULL) = (row_number IS NULL))
)
""",
    """
CREATE TABLE debited_line (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	component INTEGER NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	sold BIGINT NOT NULL,
	consumed BIGINT NOT NULL,
	CONSTRAINT pk_debited_line PRIMARY KEY (vendor_id, submission_id, row_number, component),
	CONSTRAINT fk_debited_line_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_debited_line_no_unit_twice CHECK (consumed BETWEEN 0 AND sold)
)
""",
    """
CREATE TABLE deduction (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	number TEXT NOT NULL,
	folded_number TEXT NOT NULL,
	kind TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	dated DATE NOT NULL,
	reference TEXT,
	recorded_as TEXT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	claim TEXT,
	match_kind TEXT,
	matched_at TIMESTAMP WITH TIME ZONE,
	by_hand BOOLEAN NOT NULL,
	waiting BOOLEAN NOT NULL,
	CONSTRAINT pk_deduction PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_deduction_vendor_id_agreement_id_folded_number UNIQUE (vendor_id, agreement_id, folded_number),
	CONSTRAINT fk_deduction_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_deduction_above_zero CHECK (amount_minor > 0),
	CONSTRAINT ck_deduction_kind CHECK (kind IN ('INCENTIVE', 'SPECIAL_PRICE', 'PRICE_PROTECTION', 'STOCK_ROTATION', 'VOLUME_COMMITMENT')),
	CONSTRAINT ck_deduction_match_kind CHECK (match_kind IN ('REFERENCE', 'CONFIRMED')),
	CONSTRAINT ck_deduction_recorded_as CHECK (recorded_as IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_deduction_matched_or_not CHECK (num_nulls(claim, match_kind, matched_at) IN (0, 3))
)
""",
    """
CREATE TABLE incentive_term (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	incentive_id UUID NOT NULL,
	version INTEGER NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	status TEXT NOT NULL,
	rule JSONB NOT NULL,
	summary TEXT NOT NULL,
	currency TEXT NOT NULL,
	effective_start DATE NOT NULL,
	effective_end DATE NOT NULL,
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	activated_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_incentive_term PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_incentive_term_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT uq_incentive_term_vendor_id_incentive_id_version_agreement_id UNIQUE (vendor_id, incentive_id, version, agreement_id),
	CONSTRAINT uq_incentive_term_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_incentive_term_vendor_id_incentive_id_version FOREIGN KEY(vendor_id, incentive_id, version) REFERENCES incentive_version (vendor_id, incentive_id, version),
	CONSTRAINT ck_incentive_term_kind CHECK (kind IN ('VOLUME_REBATE', 'GROWTH_REBATE', 'TARGET_BONUS', 'OPERATIONAL', 'LOGISTICS_ALLOWANCE', 'SPIFF', 'COMMISSION', 'MDF_ACCRUAL')),
	CONSTRAINT ck_incentive_term_status CHECK (status IN ('DRAFT', 'PROPOSED', 'ACTIVE', 'ENDED') AND status <> 'DRAFT'),
	CONSTRAINT ck_incentive_term_ends_after_it_starts CHECK (effective_end > effective_start)
)
""",
    """
CREATE TABLE special_price (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	number TEXT NOT NULL,
	currency TEXT NOT NULL,
	cost_basis TEXT NOT NULL,
	effective_start DATE NOT NULL,
	effective_end DATE NOT NULL,
	customer_ids UUID[] NOT NULL,
	end_customer TEXT,
	days_to_file INTEGER,
	days_to_decide INTEGER,
	deemed TEXT NOT NULL,
	approves_up_to_minor BIGINT,
	status TEXT NOT NULL,
	ended_on DATE,
	version INTEGER NOT NULL,
	granted_by TEXT NOT NULL,
	granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_special_price PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_special_price_vendor_id_agreement_id_number UNIQUE (vendor_id, agreement_id, number),
	CONSTRAINT uq_special_price_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_special_price_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_special_price_cost_basis CHECK (cost_basis IN ('BOOK_AT_RESALE', 'AT_PURCHASE', 'FIFO_LAYER')),
	CONSTRAINT ck_special_price_deemed CHECK (deemed IN ('NONE', 'APPROVED', 'DENIED')),
	CONSTRAINT ck_special_price_status CHECK (status IN ('ACTIVE', 'ENDED')),
	CONSTRAINT ck_special_price_ends_after_it_starts CHECK (effective_end > effective_start),
	CONSTRAINT ck_special_price_ended_from_a_day_on CHECK ((status = 'ENDED') = (ended_on IS NOT NULL))
)
""",
    """
CREATE TABLE stock_credit (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	kind TEXT NOT NULL,
	status TEXT NOT NULL,
	revision INTEGER NOT NULL,
	currency TEXT NOT NULL,
	effective_on DATE NOT NULL,
	product_id UUID,
	outcome TEXT,
	price_before BIGINT,
	price_after BIGINT,
	counted_on DATE,
	counted BIGINT,
	in_transit BIGINT,
	received BIGINT,
	sold BIGINT,
	moved BIGINT,
	on_hand BIGINT,
	counts JSONB,
	period_start DATE,
	period_end DATE,
	allowance BIGINT,
	used_before BIGINT,
	order_number TEXT,
	order_amount BIGINT,
	asked JSONB,
	units BIGINT DEFAULT 0 NOT NULL,
	amount_minor BIGINT DEFAULT 0 NOT NULL,
	approved_units BIGINT,
	approved_minor BIGINT,
	steps TEXT[] DEFAULT '{}' NOT NULL,
	reason TEXT,
	filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	looked_at TIMESTAMP WITH TIME ZONE,
	decided_at TIMESTAMP WITH TIME ZONE,
	accepted_at TIMESTAMP WITH TIME ZONE,
	credited_at TIMESTAMP WITH TIME ZONE,
	credit_number TEXT,
	CONSTRAINT pk_stock_credit PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_stock_credit_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_stock_credit_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_stock_credit_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_stock_credit_kind CHECK (kind IN ('PRICE_PROTECTION', 'STOCK_ROTATION')),
	CONSTRAINT ck_stock_credit_status CHECK (status IN ('NOTHING_DUE', 'OPEN', 'APPROVED', 'DENIED', 'DISPUTED', 'CREDITED', 'WITHDRAWN')),
	CONSTRAINT ck_stock_credit_outcome CHECK (outcome IN ('CREDITED', 'CHARGED', 'NOT_COUNTED', 'NOTHING_ON_HAND', 'NOTHING_BOUGHT', 'BELOW_MINIMUM_DROP', 'RISE_NOT_AGREED', 'PAID_NO_MORE')),
	CONSTRAINT ck_stock_credit_protects_a_product CHECK ((kind = 'PRICE_PROTECTION') = (product_id IS NOT NULL)),
	CONSTRAINT ck_stock_credit_rotates_in_a_quarter CHECK (num_nonnulls(period_start, period_end, asked) = CASE kind WHEN 'STOCK_ROTATION' THEN 3 ELSE 0 END),
	CONSTRAINT ck_stock_credit_ends_after_it_starts CHECK (period_end > period_start),
	CONSTRAINT ck_stock_credit_credited CHECK (status <> 'CREDITED' OR credit_number IS NOT NULL)
)
""",
    """
CREATE TABLE transfer (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	kind TEXT NOT NULL,
	subject_id UUID NOT NULL,
	currency TEXT NOT NULL,
	act TEXT NOT NULL,
	debit TEXT NOT NULL,
	credit TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	posted_on DATE NOT NULL,
	reservation_id UUID,
	cause TEXT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_transfer PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_transfer_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_transfer_vendor_id_reservation_id FOREIGN KEY(vendor_id, reservation_id) REFERENCES transfer (vendor_id, id),
	CONSTRAINT ck_transfer_above_zero CHECK (amount_minor > 0),
	CONSTRAINT ck_transfer_between_two CHECK (debit <> credit),
	CONSTRAINT ck_transfer_kind CHECK (kind IN ('INCENTIVE', 'SPECIAL_PRICE', 'PRICE_PROTECTION', 'STOCK_ROTATION', 'VOLUME_COMMITMENT')),
	CONSTRAINT ck_transfer_act CHECK (act IN ('ACCRUE', 'ADJUST', 'RESERVE', 'POST', 'VOID', 'CREDIT', 'DEDUCT', 'CLEAR')),
	CONSTRAINT ck_transfer_debit CHECK (debit IN ('EXPENSE', 'ACCRUED', 'RESERVED', 'PAYABLE', 'DEDUCTED', 'PARTNER')),
	CONSTRAINT ck_transfer_credit CHECK (credit IN ('EXPENSE', 'ACCRUED', 'RESERVED', 'PAYABLE', 'DEDUCTED', 'PARTNER')),
	CONSTRAINT ck_transfer_settles_a_reservation CHECK ((act IN ('POST', 'VOID')) = (reservation_id IS NOT NULL))
)
""",
    """
CREATE TABLE accrual (
	vendor_id UUID NOT NULL,
	term_id UUID NOT NULL,
	incentive_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	period_start DATE NOT NULL,
	period_end DATE NOT NULL,
	currency TEXT NOT NULL,
	qualifying BIGINT NOT NULL,
	paying BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	unvalued BIGINT NOT NULL,
	earned_minor BIGINT NOT NULL,
	carried_qualifying BIGINT NOT NULL,
	carried_paying BIGINT NOT NULL,
	carried_minor BIGINT NOT NULL,
	CONSTRAINT pk_accrual PRIMARY KEY (vendor_id, term_id, period_start),
	CONSTRAINT fk_accrual_vendor_id_term_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, term_id, agreement_id, distributor_id) REFERENCES incentive_term (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
CREATE TABLE debit_claim (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	special_price_id UUID NOT NULL,
	adjusts_id UUID,
	status TEXT NOT NULL,
	currency TEXT NOT NULL,
	filed_on DATE NOT NULL,
	filed_by TEXT NOT NULL,
	filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	deemed_on DATE,
	deemed TEXT,
	amount_minor BIGINT,
	decided_at TIMESTAMP WITH TIME ZONE,
	decided_by_id UUID,
	credit_number TEXT,
	credited_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_debit_claim PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_debit_claim_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_debit_claim_vendor_id_special_price_id_agreement_id__b5e5 FOREIGN KEY(vendor_id, special_price_id, agreement_id, distributor_id) REFERENCES special_price (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_debit_claim_vendor_id_adjusts_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, adjusts_id, agreement_id, distributor_id) REFERENCES debit_claim (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_debit_claim_status CHECK (status IN ('FILED', 'DECIDED', 'CREDITED', 'DISPUTED', 'WITHDRAWN')),
	CONSTRAINT ck_debit_claim_deemed CHECK (deemed IN ('NONE', 'APPROVED', 'DENIED')),
	CONSTRAINT ck_debit_claim_decided CHECK (status IN ('FILED', 'WITHDRAWN') OR amount_minor IS NOT NULL)
)
""",
    """
CREATE TABLE special_price_product (
	vendor_id UUID NOT NULL,
	special_price_id UUID NOT NULL,
	product_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	position INTEGER NOT NULL,
	kind TEXT NOT NULL,
	value BIGINT NOT NULL,
	most_per_unit BIGINT,
	quantity BIGINT,
	used BIGINT DEFAULT 0 NOT NULL,
	reserved BIGINT DEFAULT 0 NOT NULL,
	CONSTRAINT pk_special_price_product PRIMARY KEY (vendor_id, special_price_id, product_id),
	CONSTRAINT fk_special_price_product_vendor_id_special_price_id_agr_7c0e FOREIGN KEY(vendor_id, special_price_id, agreement_id, distributor_id) REFERENCES special_price (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_special_price_product_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_special_price_product_kind CHECK (kind IN ('DOWN_TO', 'DOWN_BY_AMOUNT', 'DOWN_BY_SHARE', 'MARGIN_GUARANTEE')),
	CONSTRAINT ck_special_price_product_not_negative CHECK (value >= 0 AND most_per_unit >= 0),
	CONSTRAINT ck_special_price_product_quantity CHECK (quantity > 0),
	CONSTRAINT ck_special_price_product_no_more_than_authorised CHECK (used >= 0 AND reserved >= 0 AND used + reserved <= quantity)
)
""",
    """
CREATE TABLE statement (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	term_id UUID NOT NULL,
	incentive_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	period_start DATE NOT NULL,
	period_end DATE NOT NULL,
	sequence INTEGER NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	revision INTEGER NOT NULL,
	qualifying BIGINT,
	paying BIGINT,
	lines BIGINT,
	unvalued BIGINT,
	entitled_minor BIGINT,
	settled_minor BIGINT,
	payable_minor BIGINT,
	accrued_minor BIGINT,
	carried JSONB,
	share_cutoff JSONB,
	approvals_needed INTEGER,
	disputed_from TEXT,
	calculated_by TEXT,
	calculated_by_name TEXT,
	calculated_at TIMESTAMP WITH TIME ZONE,
	approved_at TIMESTAMP WITH TIME ZONE,
	credited_at TIMESTAMP WITH TIME ZONE,
	credit_number TEXT,
	CONSTRAINT pk_statement PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_statement_vendor_id_term_id_period_start_sequence UNIQUE (vendor_id, term_id, period_start, sequence),
	CONSTRAINT uq_statement_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_statement_vendor_id_term_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, term_id, agreement_id, distributor_id) REFERENCES incentive_term (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_statement_status CHECK (status IN ('ACCRUING', 'CALCULATED', 'APPROVED', 'CREDITED', 'DISPUTED', 'REJECTED')),
	CONSTRAINT ck_statement_disputed_from CHECK (disputed_from IN ('ACCRUING', 'CALCULATED', 'APPROVED', 'CREDITED', 'DISPUTED', 'REJECTED')),
	CONSTRAINT ck_statement_calculated CHECK (status = 'ACCRUING' OR payable_minor IS NOT NULL),
	CONSTRAINT ck_statement_to_date CHECK (payable_minor = entitled_minor - settled_minor)
)
""",
    """
CREATE TABLE stock_credit_act (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	stock_credit_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	revision INTEGER NOT NULL,
	act TEXT NOT NULL,
	approves JSONB,
	reason TEXT,
	credit_number TEXT,
	acted_as TEXT NOT NULL,
	acted_by TEXT NOT NULL,
	acted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	carried_out_at TIMESTAMP WITH TIME ZONE,
	refused TEXT,
	CONSTRAINT pk_stock_credit_act PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_stock_credit_act_vendor_id_stock_credit_id_agreement_daf2 FOREIGN KEY(vendor_id, stock_credit_id, agreement_id, distributor_id) REFERENCES stock_credit (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_stock_credit_act_act CHECK (act IN ('APPROVE', 'DENY', 'CREDIT', 'ACCEPT', 'DISPUTE', 'WITHDRAW')),
	CONSTRAINT ck_stock_credit_act_acted_as CHECK (acted_as IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER'))
)
""",
    """
CREATE TABLE stock_credit_line (
	vendor_id UUID NOT NULL,
	stock_credit_id UUID NOT NULL,
	position INTEGER NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	purchase TEXT NOT NULL,
	submission_id UUID NOT NULL,
	place BIGINT NOT NULL,
	bought_on DATE NOT NULL,
	quantity BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	refusal TEXT,
	paid BIGINT NOT NULL,
	unit_cost BIGINT NOT NULL,
	per_unit BIGINT NOT NULL,
	approved BIGINT DEFAULT 0 NOT NULL,
	CONSTRAINT pk_stock_credit_line PRIMARY KEY (vendor_id, stock_credit_id, position),
	CONSTRAINT fk_stock_credit_line_vendor_id_stock_credit_id_agreemen_f0b1 FOREIGN KEY(vendor_id, stock_credit_id, agreement_id, distributor_id) REFERENCES stock_credit (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_stock_credit_line_refusal CHECK (refusal IN ('OVER_ALLOWANCE', 'OFFSETTING_ORDER', 'NOT_ELIGIBLE')),
	CONSTRAINT ck_stock_credit_line_not_negative CHECK (quantity >= 0 AND refused >= 0),
	CONSTRAINT ck_stock_credit_line_no_more_than_proposed CHECK (approved BETWEEN 0 AND quantity)
)
""",
    """
CREATE TABLE worked_example (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	term_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	title TEXT NOT NULL,
	given JSONB NOT NULL,
	expected_minor BIGINT NOT NULL,
	proposed_as TEXT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	accepted BOOLEAN,
	answered_by TEXT,
	answered_at TIMESTAMP WITH TIME ZONE,
	withdrawn_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_worked_example PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_worked_example_vendor_id_term_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, term_id, agreement_id, distributor_id) REFERENCES incentive_term (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_worked_example_proposed_as CHECK (proposed_as IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_worked_example_answered_once CHECK ((accepted IS NULL) = (answered_at IS NULL))
)
""",
    """
CREATE TABLE advance (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	statement_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	amount_minor BIGINT NOT NULL,
	paid_on DATE NOT NULL,
	reference TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_by_name TEXT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	posted_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_advance PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_advance_vendor_id_statement_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, statement_id, agreement_id, distributor_id) REFERENCES statement (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_advance_above_zero CHECK (amount_minor > 0)
)
""",
    """
CREATE TABLE debit_claim_act (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	claim_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	act TEXT NOT NULL,
	positions INTEGER[] NOT NULL,
	approves JSONB NOT NULL,
	reason TEXT,
	credit_number TEXT,
	acted_as TEXT NOT NULL,
	acted_by TEXT NOT NULL,
	acted_by_id UUID NOT NULL,
	acted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	carried_out_at TIMESTAMP WITH TIME ZONE,
	refused TEXT,
	CONSTRAINT pk_debit_claim_act PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_debit_claim_act_vendor_id_claim_id_agreement_id_dist_8928 FOREIGN KEY(vendor_id, claim_id, agreement_id, distributor_id) REFERENCES debit_claim (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_debit_claim_act_act CHECK (act IN ('DECIDE', 'CREDIT', 'DISPUTE', 'WITHDRAW')),
	CONSTRAINT ck_debit_claim_act_acted_as CHECK (acted_as IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER'))
)
""",
    """
CREATE TABLE debit_claim_line (
	vendor_id UUID NOT NULL,
	claim_id UUID NOT NULL,
	position INTEGER NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	component INTEGER NOT NULL,
	product_id UUID NOT NULL,
	sold_on DATE NOT NULL,
	asked BIGINT NOT NULL,
	decision TEXT,
	waits_for TEXT,
	approved BIGINT DEFAULT 0 NOT NULL,
	denials JSONB DEFAULT '[]' NOT NULL,
	unit_cost BIGINT,
	per_unit TEXT,
	amount_minor BIGINT DEFAULT 0 NOT NULL,
	steps TEXT[] DEFAULT '{}' NOT NULL,
	explanation TEXT,
	reason TEXT,
	taken_back BIGINT DEFAULT 0 NOT NULL,
	taken_back_minor BIGINT DEFAULT 0 NOT NULL,
	CONSTRAINT pk_debit_claim_line PRIMARY KEY (vendor_id, claim_id, position),
	CONSTRAINT uq_debit_claim_line_vendor_id_claim_id_submission_id_ro_849b UNIQUE (vendor_id, claim_id, submission_id, row_number, component),
	CONSTRAINT fk_debit_claim_line_vendor_id_claim_id_agreement_id_dis_0caa FOREIGN KEY(vendor_id, claim_id, agreement_id, distributor_id) REFERENCES debit_claim (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_debit_claim_line_decision CHECK (decision IN ('APPROVED', 'PARTLY_APPROVED', 'DENIED')),
	CONSTRAINT ck_debit_claim_line_asks_for_something CHECK (asked <> 0),
	CONSTRAINT ck_debit_claim_line_no_more_than_asked CHECK (abs(approved) <= abs(asked)),
	CONSTRAINT ck_debit_claim_line_taken_back CHECK (taken_back BETWEEN 0 AND greatest(approved, 0))
)
""",
    """
CREATE TABLE gate_proof (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	statement_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	gate TEXT NOT NULL,
	is_met BOOLEAN NOT NULL,
	note TEXT NOT NULL,
	confirmed_by TEXT NOT NULL,
	confirmed_by_name TEXT NOT NULL,
	confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_gate_proof PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_gate_proof_vendor_id_statement_id_agreement_id_distr_d0ab FOREIGN KEY(vendor_id, statement_id, agreement_id, distributor_id) REFERENCES statement (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
CREATE TABLE statement_band (
	vendor_id UUID NOT NULL,
	statement_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	revision INTEGER NOT NULL,
	position INTEGER NOT NULL,
	threshold BIGINT NOT NULL,
	upto BIGINT,
	measure BIGINT NOT NULL,
	rate BIGINT NOT NULL,
	payment TEXT NOT NULL,
	CONSTRAINT pk_statement_band PRIMARY KEY (vendor_id, statement_id, revision, position),
	CONSTRAINT fk_statement_band_vendor_id_statement_id_agreement_id_d_1145 FOREIGN KEY(vendor_id, statement_id, agreement_id, distributor_id) REFERENCES statement (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
CREATE TABLE statement_decision (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	statement_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	revision INTEGER NOT NULL,
	decision TEXT NOT NULL,
	reason TEXT,
	credit_number TEXT,
	decided_by TEXT NOT NULL,
	decided_by_name TEXT NOT NULL,
	disclosed_name TEXT GENERATED ALWAYS AS (CASE WHEN decided_as = 'DISTRIBUTOR' THEN decided_by_name END) STORED,
	decided_as TEXT NOT NULL,
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
	carried_out_at TIMESTAMP WITH TIME ZONE,
	refused TEXT,
	CONSTRAINT pk_statement_decision PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_statement_decision_vendor_id_statement_id_agreement__c9ea FOREIGN KEY(vendor_id, statement_id, agreement_id, distributor_id) REFERENCES statement (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_statement_decision_decision CHECK (decision IN ('APPROVE', 'REJECT', 'CREDIT', 'DISPUTE', 'WITHDRAW_DISPUTE', 'UPHOLD')),
	CONSTRAINT ck_statement_decision_decided_as CHECK (decided_as IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER'))
)
""",
    """
CREATE TABLE statement_step (
	vendor_id UUID NOT NULL,
	statement_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	revision INTEGER NOT NULL,
	position INTEGER NOT NULL,
	kind TEXT NOT NULL,
	description TEXT NOT NULL,
	before TEXT NOT NULL,
	after TEXT NOT NULL,
	evidence JSONB NOT NULL,
	CONSTRAINT pk_statement_step PRIMARY KEY (vendor_id, statement_id, revision, position),
	CONSTRAINT fk_statement_step_vendor_id_statement_id_agreement_id_d_48e8 FOREIGN KEY(vendor_id, statement_id, agreement_id, distributor_id) REFERENCES statement (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_statement_step_kind CHECK (kind IN ('RATE', 'PRORATION', 'EXCLUSION', 'GATE', 'MINIMUM', 'CAP', 'RETURNS', 'ADVANCES', 'CARRY_FORWARD', 'ROUNDING'))
)
""",
    """
CREATE TABLE submission_money_effect (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	term_id UUID NOT NULL,
	term_agreement_id UUID NOT NULL,
	term_distributor_id UUID NOT NULL,
	period_start DATE NOT NULL,
	period_end DATE NOT NULL,
	currency TEXT NOT NULL,
	previewed_by TEXT,
	qualifying_before BIGINT NOT NULL,
	qualifying_after BIGINT NOT NULL,
	paying_before BIGINT NOT NULL,
	paying_after BIGINT NOT NULL,
	earned_before BIGINT NOT NULL,
	earned_after BIGINT NOT NULL,
	CONSTRAINT pk_submission_money_effect PRIMARY KEY (vendor_id, submission_id, term_id, period_start),
	CONSTRAINT fk_submission_money_effect_vendor_id_submission_id_agre_6ac7 FOREIGN KEY(vendor_id, submission_id, agreement_id, distributor_id) REFERENCES submission (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_submission_money_effect_vendor_id_term_id_term_agree_5f8f FOREIGN KEY(vendor_id, term_id, term_agreement_id, term_distributor_id) REFERENCES incentive_term (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
ALTER TABLE submission ADD CONSTRAINT fk_submission_vendor_id_enrollment_id_reseller_id FOREIGN KEY(vendor_id, enrollment_id, reseller_id) REFERENCES enrollment (vendor_id, id, reseller_id)
""",
    """
ALTER TABLE report_row ADD CONSTRAINT fk_report_row_vendor_id_submission_id_reseller_id FOREIGN KEY(vendor_id, submission_id, reseller_id) REFERENCES submission (vendor_id, id, reseller_id)
""",
    """
ALTER TABLE submission_effect ADD CONSTRAINT fk_submission_effect_vendor_id_submission_id_reseller_id FOREIGN KEY(vendor_id, submission_id, reseller_id) REFERENCES submission (vendor_id, id, reseller_id)
""",
    """
ALTER TABLE submission_issue ADD CONSTRAINT fk_submission_issue_vendor_id_submission_id_reseller_id FOREIGN KEY(vendor_id, submission_id, reseller_id) REFERENCES submission (vendor_id, id, reseller_id)
""",
    """
CREATE INDEX ix_sell_out_line_vendor_id_reseller_id_counts_on ON sell_out_line (vendor_id, reseller_id, counts_on)
""",
    """
CREATE UNIQUE INDEX uq_sell_out_line_live ON sell_out_line (vendor_id, reseller_id, document_number, document_line, document_kind, component) WHERE replaced IS NULL AND component >= 0
""",
    "CREATE INDEX ix_sell_out_month_vendor_id_reseller_id_month ON sell_out_month (vendor_id, reseller_id, month)",
    """
CREATE INDEX ix_sell_through_line_returns ON sell_through_line (vendor_id, distributor_id, return_of) WHERE return_of IS NOT NULL
""",
    """
CREATE INDEX ix_sell_through_line_specially_priced ON sell_through_line (vendor_id, agreement_id, special_price_number) WHERE special_price_number IS NOT NULL
""",
    """
COMMENT ON TABLE serial_delivery IS '1 for each unit that the vendor sold in to a distributor, −1 for each that it took back or whose line counts no more'
""",
    """
COMMENT ON TABLE approval_threshold IS 'Above so many minor units, two people approve a payment in the currency'
""",
    "CREATE INDEX ix_incentive_vendor_id_created_at_id ON incentive (vendor_id, created_at, id)",
    """
COMMENT ON TABLE incentive IS 'The budget of each pay period, in minor units of the rule''s currency: the vendor''s own affair'
""",
    "CREATE INDEX ix_statement_run_vendor_id_asked_at_id ON statement_run (vendor_id, asked_at, id)",
    """
COMMENT ON TABLE statement_run IS 'The vendor asked for the statements of the pay periods that end in these days'
""",
    """
COMMENT ON TABLE advertised_price_floor IS '`price` is null from the day on which there is no floor any more; what is not `binding` is a record only'
""",
    "COMMENT ON TABLE incentive_version IS 'A version that another one follows ends where that one begins'",
    """
COMMENT ON TABLE agreement_money_terms IS 'Terms hold until those of a later day begin. Shares are in 10⁻⁶; no `rotation_share`: nothing goes back'
""",
    """
COMMENT ON TABLE commitment_settlement IS '`consequence` is what follows: NONE where it was waived or nothing is missing any more. `fee_minor` is the fee that the period now costs, `posted_minor` what this decision posted of it: the difference to those before. The row of the highest `sequence` stands; statements of its days read REBATE_VOID from it'
""",
    """
CREATE INDEX ix_cost_reduction_vendor_id_agreement_id_product_id_eff_2b05 ON cost_reduction (vendor_id, agreement_id, product_id, effective_on)
""",
    "CREATE INDEX ix_cost_reduction_vendor_id_cause_id ON cost_reduction (vendor_id, cause_id)",
    """
CREATE INDEX ix_cost_reduction_vendor_id_submission_id_row_number_component ON cost_reduction (vendor_id, submission_id, row_number, component)
""",
    """
COMMENT ON TABLE cost_reduction IS 'A cause that is taken back, by a return or a reversed claim, adds a row with a negative quantity'
""",
    "CREATE INDEX ix_debited_line_vendor_id_agreement_id ON debited_line (vendor_id, agreement_id)",
    """
COMMENT ON TABLE debited_line IS 'Of a sell-through line, how many units are paid for, or wait, on claims of all special prices'
""",
    "CREATE INDEX ix_deduction_vendor_id_agreement_id_dated_id ON deduction (vendor_id, agreement_id, dated, id)",
    "CREATE INDEX ix_deduction_vendor_id_claim ON deduction (vendor_id, claim)",
    "CREATE INDEX ix_deduction_vendor_id_dated_id ON deduction (vendor_id, dated, id)",
    "CREATE INDEX ix_deduction_waiting ON deduction (vendor_id) WHERE waiting",
    """
COMMENT ON TABLE deduction IS '`claim` is what it belongs to, by kind and id as causes in the ledger are. `by_hand` says that a person decided about that, so that its reference is not followed. `waiting` says that the ledger does not follow it yet'
""",
    """
COMMENT ON TABLE held_decision IS 'Rows are named by the code that they wait for, or one by one by report and row; they are of reports of these kinds alone, which who decided may hand in'
""",
    """
CREATE INDEX ix_incentive_term_vendor_id_agreement_id_proposed_at_id ON incentive_term (vendor_id, agreement_id, proposed_at, id)
""",
    """
COMMENT ON TABLE incentive_term IS 'A version of an incentive as it is offered under one agreement: all that its distributor reads of it'
""",
    """
COMMENT ON TABLE report_profile IS 'Versions of what a sender''s columns, segments and positions mean; only their end is written later'
""",
    """
CREATE INDEX ix_special_price_vendor_id_agreement_id_granted_at_id ON special_price (vendor_id, agreement_id, granted_at, id)
""",
    """
COMMENT ON TABLE special_price IS '`customer_ids` are resellers, none: all. A line whose debit is above `approves_up_to_minor` waits for a person'
""",
    """
CREATE INDEX ix_stock_credit_vendor_id_agreement_id_filed_at_id ON stock_credit (vendor_id, agreement_id, filed_at, id)
""",
    """
CREATE UNIQUE INDEX uq_stock_credit_of_a_price ON stock_credit (vendor_id, agreement_id, product_id, effective_on) WHERE product_id IS NOT NULL
""",
    """
COMMENT ON TABLE stock_credit IS '`effective_on` is the first day of the new price, or the day on which rotation was asked for. `asked` are product ids with 10⁻³ base units. `revision` counts how often its figures were written'
""",
    """
CREATE INDEX ix_transfer_vendor_id_agreement_id_posted_on_id ON transfer (vendor_id, agreement_id, posted_on, id)
""",
    "CREATE INDEX ix_transfer_vendor_id_cause ON transfer (vendor_id, cause)",
    "CREATE INDEX ix_transfer_vendor_id_subject_id_posted_on_id ON transfer (vendor_id, subject_id, posted_on, id)",
    """
CREATE UNIQUE INDEX uq_transfer_settled_once ON transfer (vendor_id, reservation_id) WHERE reservation_id IS NOT NULL
""",
    """
COMMENT ON TABLE transfer IS '`subject_id` is the incentive, special price, protection or rotation that it is about; `cause` says what caused it by kind and id, as that of knowledge does'
""",
    """
COMMENT ON TABLE volume_tier IS '`discount` is the share (10⁻⁶) off the price book; a tier without one has that of the tier below'
""",
    """
CREATE INDEX ix_accrual_vendor_id_agreement_id_period_start ON accrual (vendor_id, agreement_id, period_start)
""",
    """
COMMENT ON TABLE accrual IS 'What a term has earned in a pay period with all gates met: a function of the lines that count, kept beside them. `qualifying` and `paying` are 10⁻⁶ currency units or 10⁻³ units, as the rule measures; `unvalued` lines count for no amount, because they have no price, or no rate leads from their currency; what is carried goes to the next period'
""",
    """
CREATE INDEX ix_debit_claim_vendor_id_adjusts_id ON debit_claim (vendor_id, adjusts_id) WHERE adjusts_id IS NOT NULL
""",
    """
CREATE INDEX ix_debit_claim_vendor_id_agreement_id_filed_at_id ON debit_claim (vendor_id, agreement_id, filed_at, id)
""",
    """
CREATE INDEX ix_debit_claim_waiting ON debit_claim (vendor_id, deemed_on) WHERE status = 'FILED' AND deemed_on IS NOT NULL
""",
    """
COMMENT ON TABLE debit_claim IS '`amount_minor` is what is approved of its lines; null until the engine has looked at them. An adjustment (`adjusts_id`) takes back, so its amount is below zero. `decided_by_id` is the person who last approved a line'
""",
    """
COMMENT ON TABLE special_price_product IS '`value` is a price or an amount in 10⁻⁶, or a share in 10⁻⁶. `used` units are paid for, `reserved` ones stand on claim lines that wait for a decision'
""",
    """
CREATE INDEX ix_statement_vendor_id_agreement_id_period_start_id ON statement (vendor_id, agreement_id, period_start, id)
""",
    """
CREATE INDEX ix_statement_vendor_id_incentive_id_period_start ON statement (vendor_id, incentive_id, period_start)
""",
    "CREATE INDEX ix_statement_vendor_id_period_start_id ON statement (vendor_id, period_start, id)",
    """
COMMENT ON TABLE statement IS '`entitled` is what the period is worth by what was known, `settled` what earlier statements of it paid, `payable` the difference, which may be negative; `accrued` is what had accrued when it was calculated; all in minor units. `share_cutoff` says on what its lines have shares, and which of them get the units that rounding down leaves over. `calculated_by` is the id of a person or an integration: names can be shared, ids cannot'
""",
    """
CREATE INDEX ix_stock_credit_act_vendor_id_stock_credit_id_acted_at_id ON stock_credit_act (vendor_id, stock_credit_id, acted_at, id)
""",
    """
COMMENT ON TABLE stock_credit_act IS 'What a person did about a credit, and whether it was carried out or refused; `approves` says how many units of each line (by position) are approved, all where it is NULL'
""",
    """
CREATE INDEX ix_stock_credit_line_vendor_id_agreement_id_product_id ON stock_credit_line (vendor_id, agreement_id, product_id)
""",
    """
COMMENT ON TABLE stock_credit_line IS 'Of one layer of a purchase, so many units at what each cost net, lowered by `per_unit`. `purchase` names its document, line and component; `place` is where it stands in its report (`app.programme.line_places`)'
""",
    """
CREATE INDEX ix_submission_vendor_id_reseller_id_received_order ON submission (vendor_id, reseller_id, received_order) WHERE reseller_id IS NOT NULL
""",
    """
CREATE INDEX ix_worked_example_vendor_id_term_id_proposed_at_id ON worked_example (vendor_id, term_id, proposed_at, id)
""",
    """
COMMENT ON TABLE worked_example IS 'Figures and what they earn, in minor units of the rule''s currency, as one side says and the other accepts'
""",
    "CREATE INDEX ix_advance_vendor_id_statement_id ON advance (vendor_id, statement_id)",
    """
COMMENT ON TABLE advance IS 'What was paid in advance on the pay period of a statement, in minor units; the calculation takes it off'
""",
    """
CREATE INDEX ix_debit_claim_act_vendor_id_claim_id_acted_at_id ON debit_claim_act (vendor_id, claim_id, acted_at, id)
""",
    """
COMMENT ON TABLE debit_claim_act IS 'What a person did about a claim, and whether it was carried out or refused; `approves` says of each of the lines in `positions` whether it is approved'
""",
    """
CREATE INDEX ix_debit_claim_line_paid ON debit_claim_line (vendor_id, agreement_id) WHERE approved > taken_back
""",
    """
CREATE INDEX ix_debit_claim_line_vendor_id_submission_id_row_number__966a ON debit_claim_line (vendor_id, submission_id, row_number, component)
""",
    """
COMMENT ON TABLE debit_claim_line IS 'While it waits for a person, `approved` and `amount_minor` are what the engine proposes. `per_unit` is exact: a number of 10⁻⁶ currency units, or a fraction of two; `unit_cost` is the mean, rounded'
""",
    """
CREATE INDEX ix_gate_proof_vendor_id_statement_id_gate_confirmed_at ON gate_proof (vendor_id, statement_id, gate, confirmed_at)
""",
    """
COMMENT ON TABLE gate_proof IS 'What a person of the vendor found about a gate that only a person can confirm; the latest one stands'
""",
    """
CREATE INDEX ix_report_row_held_sell_out ON report_row (vendor_id, reseller_id) WHERE outcome = 'HELD' AND previewed_by IS NULL
""",
    "COMMENT ON TABLE statement_band IS '`payment` is exact: a number of minor units, or a fraction of two'",
    """
CREATE INDEX ix_statement_decision_vendor_id_statement_id_decided_at_id ON statement_decision (vendor_id, statement_id, decided_at, id)
""",
    """
CREATE UNIQUE INDEX uq_statement_decision_once ON statement_decision (vendor_id, statement_id, revision, decision, decided_by) WHERE decision = 'APPROVE' AND refused IS NULL
""",
    """
COMMENT ON TABLE statement_decision IS 'What a person decided, and whether it was carried out or refused: nobody approves a revision twice'
""",
    """
COMMENT ON TABLE statement_step IS '`before` and `after` are exact: a number of minor units, or a fraction of two'
""",
    """
COMMENT ON TABLE submission_money_effect IS 'What counting a report changed in what a term has earned in a pay period, or would change where it is a preview. Where affiliates'' volumes are added up, a report changes what others earn: the vendor alone reads that. Measures and amounts as in accrual'
""",
    "ALTER TABLE sell_out_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sell_out_line FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, submission_id, row_number, component, reseller_id, sold_on, counts_on, product_id, kit_id, quantity, currency, sale_type, ship_to_country, recorded, replaced, superseded) ON sell_out_line TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON sell_out_line FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON sell_out_line TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON sell_out_line FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON sell_out_line TO tailrace_worker",
    "GRANT INSERT ON sell_out_line TO tailrace_worker",
    "GRANT UPDATE (replaced, superseded, corrected_by) ON sell_out_line TO tailrace_worker",
    """
CREATE POLICY worker_reads ON sell_out_line FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON sell_out_line FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON sell_out_line FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE sell_out_month ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sell_out_month FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON sell_out_month TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON sell_out_month FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON sell_out_month TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON sell_out_month FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON sell_out_month TO tailrace_worker",
    "GRANT INSERT ON sell_out_month TO tailrace_worker",
    "GRANT UPDATE (units, returned_units, lines) ON sell_out_month TO tailrace_worker",
    "GRANT DELETE ON sell_out_month TO tailrace_worker",
    """
CREATE POLICY worker_reads ON sell_out_month FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON sell_out_month FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON sell_out_month FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON sell_out_month FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE serial_delivery ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE serial_delivery FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON serial_delivery TO tailrace_worker",
    "GRANT INSERT ON serial_delivery TO tailrace_worker",
    """
CREATE POLICY worker_reads ON serial_delivery FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON serial_delivery FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE approval_threshold ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE approval_threshold FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON approval_threshold TO tailrace_vendor",
    "GRANT INSERT ON approval_threshold TO tailrace_vendor",
    "GRANT UPDATE (above_minor, set_at, set_by) ON approval_threshold TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON approval_threshold FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON approval_threshold FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON approval_threshold FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON approval_threshold TO tailrace_worker",
    """
CREATE POLICY worker_reads ON approval_threshold FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE incentive ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE incentive FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON incentive TO tailrace_vendor",
    "GRANT INSERT ON incentive TO tailrace_vendor",
    "GRANT UPDATE (name, status, latest_version, budget_minor) ON incentive TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON incentive FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON incentive FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON incentive FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON incentive TO tailrace_worker",
    """
CREATE POLICY worker_reads ON incentive FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_reads ON knowledge FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "ALTER TABLE statement_run ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE statement_run FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON statement_run TO tailrace_vendor",
    "GRANT INSERT ON statement_run TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON statement_run FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON statement_run FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND finished_at IS NULL AND failed IS NULL)
""",
    "GRANT SELECT ON statement_run TO tailrace_worker",
    "GRANT UPDATE (finished_at, calculated, unchanged, failed) ON statement_run TO tailrace_worker",
    """
CREATE POLICY worker_reads ON statement_run FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON statement_run FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE advertised_price_floor ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE advertised_price_floor FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON advertised_price_floor TO tailrace_vendor",
    "GRANT INSERT ON advertised_price_floor TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON advertised_price_floor FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON advertised_price_floor FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON advertised_price_floor TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON advertised_price_floor FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND announced_at <= now())
""",
    "GRANT SELECT ON advertised_price_floor TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON advertised_price_floor FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND announced_at <= now())
""",
    "ALTER TABLE incentive_version ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE incentive_version FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON incentive_version TO tailrace_vendor",
    "GRANT INSERT ON incentive_version TO tailrace_vendor",
    "GRANT UPDATE (status, effective_end, proposed_at, activated_at) ON incentive_version TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON incentive_version FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON incentive_version FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON incentive_version FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON incentive_version TO tailrace_worker",
    """
CREATE POLICY worker_reads ON incentive_version FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE recommended_price ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE recommended_price FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON recommended_price TO tailrace_vendor",
    "GRANT INSERT ON recommended_price TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON recommended_price FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON recommended_price FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON recommended_price TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON recommended_price FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND announced_at <= now())
""",
    "GRANT SELECT ON recommended_price TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON recommended_price FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND announced_at <= now())
""",
    "ALTER TABLE agreement_money_terms ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE agreement_money_terms FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON agreement_money_terms TO tailrace_vendor",
    "GRANT INSERT ON agreement_money_terms TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON agreement_money_terms FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON agreement_money_terms FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, agreement_id, distributor_id, effective_from, protects, look_back_days, in_transit, minimum_drop, writes_up, rotation_share, offsetting_share, set_at) ON agreement_money_terms TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON agreement_money_terms FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON agreement_money_terms TO tailrace_worker",
    """
CREATE POLICY worker_reads ON agreement_money_terms FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE commitment_settlement ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE commitment_settlement FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON commitment_settlement TO tailrace_vendor",
    "GRANT INSERT ON commitment_settlement TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON commitment_settlement FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON commitment_settlement FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND actual IS NULL AND commitment IS NULL AND shortfall IS NULL AND consequence IS NULL AND fee_minor IS NULL AND posted_minor IS NULL AND settled_at IS NULL)
""",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, period_start, period_end, sequence, currency, waived, note, decided_at, actual, commitment, shortfall, consequence, fee_minor, posted_minor, settled_at) ON commitment_settlement TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON commitment_settlement FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON commitment_settlement TO tailrace_worker",
    """
GRANT UPDATE (actual, commitment, shortfall, consequence, fee_minor, posted_minor, settled_at) ON commitment_settlement TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON commitment_settlement FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON commitment_settlement FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE cost_reduction ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE cost_reduction FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON cost_reduction TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON cost_reduction FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON cost_reduction TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON cost_reduction FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON cost_reduction TO tailrace_worker",
    "GRANT INSERT ON cost_reduction TO tailrace_worker",
    """
CREATE POLICY worker_reads ON cost_reduction FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON cost_reduction FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE debited_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE debited_line FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON debited_line TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON debited_line FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON debited_line TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON debited_line FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON debited_line TO tailrace_worker",
    "GRANT INSERT ON debited_line TO tailrace_worker",
    "GRANT UPDATE (sold, consumed) ON debited_line TO tailrace_worker",
    """
CREATE POLICY worker_reads ON debited_line FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON debited_line FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON debited_line FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE deduction ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE deduction FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON deduction TO tailrace_vendor",
    "GRANT INSERT ON deduction TO tailrace_vendor",
    "GRANT UPDATE (claim, match_kind, matched_at, by_hand, waiting) ON deduction TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON deduction FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON deduction FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND waiting)
""",
    """
CREATE POLICY vendor_updates ON deduction FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND waiting)
""",
    "GRANT SELECT ON deduction TO tailrace_distributor",
    "GRANT INSERT ON deduction TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON deduction FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON deduction FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND recorded_as = 'DISTRIBUTOR' AND waiting AND NOT by_hand AND claim IS NULL)
""",
    "GRANT SELECT ON deduction TO tailrace_worker",
    "GRANT UPDATE (claim, match_kind, matched_at, waiting) ON deduction TO tailrace_worker",
    """
CREATE POLICY worker_reads ON deduction FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON deduction FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE incentive_term ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE incentive_term FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON incentive_term TO tailrace_vendor",
    "GRANT INSERT ON incentive_term TO tailrace_vendor",
    "GRANT UPDATE (name, status, effective_end, activated_at) ON incentive_term TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON incentive_term FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON incentive_term FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON incentive_term FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON incentive_term TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON incentive_term FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON incentive_term TO tailrace_worker",
    """
CREATE POLICY worker_reads ON incentive_term FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_reads ON report_profile FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND kind = 'SELL_IN')
""",
    """
CREATE POLICY vendor_inserts ON report_profile FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND kind = 'SELL_IN')
""",
    """
CREATE POLICY vendor_updates ON report_profile FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND kind = 'SELL_IN') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND kind = 'SELL_IN')
""",
    """
CREATE POLICY distributor_reads ON report_profile FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND kind <> 'SELL_IN')
""",
    """
CREATE POLICY distributor_inserts ON report_profile FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND kind <> 'SELL_IN')
""",
    """
CREATE POLICY distributor_updates ON report_profile FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND kind <> 'SELL_IN') WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND kind <> 'SELL_IN')
""",
    "ALTER TABLE special_price ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE special_price FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON special_price TO tailrace_vendor",
    "GRANT INSERT ON special_price TO tailrace_vendor",
    "GRANT UPDATE (status, ended_on, version) ON special_price TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON special_price FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON special_price FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON special_price FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON special_price TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON special_price FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON special_price TO tailrace_worker",
    """
CREATE POLICY worker_reads ON special_price FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE stock_credit ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE stock_credit FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON stock_credit TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON stock_credit FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON stock_credit TO tailrace_distributor",
    "GRANT INSERT ON stock_credit TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON stock_credit FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON stock_credit FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND kind = 'STOCK_ROTATION' AND status = 'OPEN' AND revision = 0 AND units = 0 AND amount_minor = 0 AND num_nonnulls(outcome, price_before, price_after, counted_on, counted, in_transit, received, sold, moved, on_hand, counts, allowance, used_before, approved_units, approved_minor, reason, looked_at, decided_at, accepted_at, credited_at, credit_number) = 0)
""",
    "GRANT SELECT ON stock_credit TO tailrace_worker",
    "GRANT INSERT ON stock_credit TO tailrace_worker",
    """
GRANT UPDATE (status, revision, outcome, price_before, price_after, counted_on, counted, in_transit, received, sold, moved, on_hand, counts, allowance, used_before, units, amount_minor, approved_units, approved_minor, steps, reason, looked_at, decided_at, accepted_at, credited_at, credit_number) ON stock_credit TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON stock_credit FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON stock_credit FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON stock_credit FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE transfer ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE transfer FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON transfer TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON transfer FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON transfer TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON transfer FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON transfer TO tailrace_worker",
    "GRANT INSERT ON transfer TO tailrace_worker",
    """
CREATE POLICY worker_reads ON transfer FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON transfer FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE accrual ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE accrual FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON accrual TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON accrual FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON accrual TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON accrual FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON accrual TO tailrace_worker",
    "GRANT INSERT ON accrual TO tailrace_worker",
    """
GRANT UPDATE (period_end, qualifying, paying, lines, unvalued, earned_minor, carried_qualifying, carried_paying, carried_minor) ON accrual TO tailrace_worker
""",
    "GRANT DELETE ON accrual TO tailrace_worker",
    """
CREATE POLICY worker_reads ON accrual FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON accrual FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON accrual FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON accrual FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE debit_claim ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE debit_claim FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON debit_claim TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON debit_claim FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON debit_claim TO tailrace_distributor",
    "GRANT INSERT ON debit_claim TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON debit_claim FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON debit_claim FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'FILED' AND adjusts_id IS NULL AND num_nonnulls(amount_minor, decided_at, decided_by_id, deemed, credit_number, credited_at) = 0)
""",
    "GRANT SELECT ON debit_claim TO tailrace_worker",
    "GRANT INSERT ON debit_claim TO tailrace_worker",
    """
GRANT UPDATE (status, amount_minor, decided_at, decided_by_id, deemed, credit_number, credited_at) ON debit_claim TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON debit_claim FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON debit_claim FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON debit_claim FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE special_price_product ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE special_price_product FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON special_price_product TO tailrace_vendor",
    "GRANT INSERT ON special_price_product TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON special_price_product FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON special_price_product FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND used = 0 AND reserved = 0)
""",
    "GRANT SELECT ON special_price_product TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON special_price_product FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON special_price_product TO tailrace_worker",
    "GRANT UPDATE (used, reserved) ON special_price_product TO tailrace_worker",
    """
CREATE POLICY worker_reads ON special_price_product FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON special_price_product FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE statement ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE statement FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON statement TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON statement FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, term_id, incentive_id, agreement_id, distributor_id, period_start, sequence, currency, period_end, status, revision, qualifying, paying, lines, unvalued, entitled_minor, settled_minor, payable_minor, accrued_minor, carried, share_cutoff, approvals_needed, disputed_from, calculated_at, approved_at, credited_at, credit_number) ON statement TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON statement FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON statement TO tailrace_worker",
    "GRANT INSERT ON statement TO tailrace_worker",
    """
GRANT UPDATE (period_end, status, revision, qualifying, paying, lines, unvalued, entitled_minor, settled_minor, payable_minor, accrued_minor, carried, share_cutoff, approvals_needed, disputed_from, calculated_by, calculated_by_name, calculated_at, approved_at, credited_at, credit_number) ON statement TO tailrace_worker
""",
    "GRANT DELETE ON statement TO tailrace_worker",
    """
CREATE POLICY worker_reads ON statement FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON statement FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON statement FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON statement FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE stock_credit_act ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE stock_credit_act FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON stock_credit_act TO tailrace_vendor",
    "GRANT INSERT ON stock_credit_act TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON stock_credit_act FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON stock_credit_act FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND acted_as = 'VENDOR' AND act IN ('APPROVE', 'DENY', 'CREDIT') AND carried_out_at IS NULL AND refused IS NULL)
""",
    """
GRANT SELECT (vendor_id, id, stock_credit_id, agreement_id, distributor_id, revision, act, approves, reason, credit_number, acted_as, acted_at, carried_out_at, refused) ON stock_credit_act TO tailrace_distributor
""",
    "GRANT INSERT ON stock_credit_act TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON stock_credit_act FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON stock_credit_act FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND acted_as = 'DISTRIBUTOR' AND act IN ('ACCEPT', 'DISPUTE', 'WITHDRAW') AND carried_out_at IS NULL AND refused IS NULL)
""",
    "GRANT SELECT ON stock_credit_act TO tailrace_worker",
    "GRANT UPDATE (carried_out_at, refused) ON stock_credit_act TO tailrace_worker",
    """
CREATE POLICY worker_reads ON stock_credit_act FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON stock_credit_act FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE stock_credit_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE stock_credit_line FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON stock_credit_line TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON stock_credit_line FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON stock_credit_line TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON stock_credit_line FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON stock_credit_line TO tailrace_worker",
    "GRANT INSERT ON stock_credit_line TO tailrace_worker",
    "GRANT UPDATE (approved) ON stock_credit_line TO tailrace_worker",
    "GRANT DELETE ON stock_credit_line TO tailrace_worker",
    """
CREATE POLICY worker_reads ON stock_credit_line FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON stock_credit_line FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON stock_credit_line FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON stock_credit_line FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_reads ON submission FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    """
CREATE POLICY vendor_inserts ON submission FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR') AND kind = 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED')
""",
    """
CREATE POLICY vendor_updates ON submission FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR') AND kind = 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR') AND kind = 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'CANCELLED')
""",
    """
CREATE POLICY reseller_reads ON submission FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON submission FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND kind = 'SELL_OUT' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED')
""",
    """
CREATE POLICY reseller_updates ON submission FOR UPDATE TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND kind = 'SELL_OUT' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED') WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND kind = 'SELL_OUT' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'CANCELLED')
""",
    "ALTER TABLE worked_example ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE worked_example FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON worked_example TO tailrace_vendor",
    "GRANT INSERT ON worked_example TO tailrace_vendor",
    "GRANT UPDATE (answered_by, answered_at, accepted, withdrawn_at) ON worked_example TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON worked_example FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON worked_example FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON worked_example FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON worked_example TO tailrace_distributor",
    "GRANT INSERT ON worked_example TO tailrace_distributor",
    "GRANT UPDATE (answered_by, answered_at, accepted, withdrawn_at) ON worked_example TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON worked_example FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON worked_example FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_updates ON worked_example FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "ALTER TABLE advance ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE advance FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON advance TO tailrace_vendor",
    "GRANT INSERT ON advance TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON advance FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON advance FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND posted_at IS NULL)
""",
    "GRANT SELECT ON advance TO tailrace_worker",
    "GRANT UPDATE (posted_at) ON advance TO tailrace_worker",
    """
CREATE POLICY worker_reads ON advance FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON advance FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE debit_claim_act ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE debit_claim_act FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON debit_claim_act TO tailrace_vendor",
    "GRANT INSERT ON debit_claim_act TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON debit_claim_act FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON debit_claim_act FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND acted_as = 'VENDOR' AND act IN ('DECIDE', 'CREDIT') AND carried_out_at IS NULL AND refused IS NULL)
""",
    "GRANT SELECT ON debit_claim_act TO tailrace_distributor",
    "GRANT INSERT ON debit_claim_act TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON debit_claim_act FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON debit_claim_act FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND acted_as = 'DISTRIBUTOR' AND act IN ('DISPUTE', 'WITHDRAW') AND carried_out_at IS NULL AND refused IS NULL)
""",
    "GRANT SELECT ON debit_claim_act TO tailrace_worker",
    "GRANT UPDATE (carried_out_at, refused) ON debit_claim_act TO tailrace_worker",
    """
CREATE POLICY worker_reads ON debit_claim_act FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON debit_claim_act FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE debit_claim_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE debit_claim_line FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON debit_claim_line TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON debit_claim_line FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON debit_claim_line TO tailrace_distributor",
    "GRANT INSERT ON debit_claim_line TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON debit_claim_line FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON debit_claim_line FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND asked > 0 AND approved = 0 AND amount_minor = 0 AND taken_back = 0 AND taken_back_minor = 0 AND num_nonnulls(decision, waits_for, unit_cost, per_unit, explanation, reason) = 0)
""",
    "GRANT SELECT ON debit_claim_line TO tailrace_worker",
    "GRANT INSERT ON debit_claim_line TO tailrace_worker",
    """
GRANT UPDATE (decision, waits_for, approved, denials, unit_cost, per_unit, amount_minor, steps, explanation, reason, taken_back, taken_back_minor) ON debit_claim_line TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON debit_claim_line FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON debit_claim_line FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON debit_claim_line FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE gate_proof ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE gate_proof FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON gate_proof TO tailrace_vendor",
    "GRANT INSERT ON gate_proof TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON gate_proof FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON gate_proof FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON gate_proof TO tailrace_worker",
    """
CREATE POLICY worker_reads ON gate_proof FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_reads ON report_row FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    """
CREATE POLICY reseller_reads ON report_row FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "ALTER TABLE statement_band ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE statement_band FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON statement_band TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON statement_band FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON statement_band TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON statement_band FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON statement_band TO tailrace_worker",
    "GRANT INSERT ON statement_band TO tailrace_worker",
    """
CREATE POLICY worker_reads ON statement_band FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON statement_band FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE statement_decision ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE statement_decision FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON statement_decision TO tailrace_vendor",
    "GRANT INSERT ON statement_decision TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON statement_decision FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON statement_decision FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND decided_as = 'VENDOR' AND decision <> 'DISPUTE' AND carried_out_at IS NULL AND refused IS NULL)
""",
    """
GRANT SELECT (vendor_id, id, statement_id, agreement_id, distributor_id, revision, decision, reason, credit_number, disclosed_name, decided_as, decided_at, carried_out_at, refused) ON statement_decision TO tailrace_distributor
""",
    "GRANT INSERT ON statement_decision TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON statement_decision FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON statement_decision FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND decided_as = 'DISTRIBUTOR' AND decision IN ('DISPUTE', 'WITHDRAW_DISPUTE') AND carried_out_at IS NULL AND refused IS NULL)
""",
    "GRANT SELECT ON statement_decision TO tailrace_worker",
    "GRANT UPDATE (carried_out_at, refused) ON statement_decision TO tailrace_worker",
    """
CREATE POLICY worker_reads ON statement_decision FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON statement_decision FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE statement_step ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE statement_step FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON statement_step TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON statement_step FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON statement_step TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON statement_step FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON statement_step TO tailrace_worker",
    "GRANT INSERT ON statement_step TO tailrace_worker",
    """
CREATE POLICY worker_reads ON statement_step FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON statement_step FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_reads ON submission_effect FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    """
CREATE POLICY reseller_reads ON submission_effect FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY vendor_reads ON submission_issue FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR') AND disclosed)
""",
    """
CREATE POLICY reseller_reads ON submission_issue FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "ALTER TABLE submission_money_effect ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE submission_money_effect FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON submission_money_effect TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON submission_money_effect FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    "GRANT SELECT ON submission_money_effect TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON submission_money_effect FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR') AND term_distributor_id = distributor_id)
""",
    "GRANT SELECT ON submission_money_effect TO tailrace_worker",
    "GRANT INSERT ON submission_money_effect TO tailrace_worker",
    """
CREATE POLICY worker_reads ON submission_money_effect FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON submission_money_effect FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT DELETE ON submission_money_effect TO tailrace_worker",
    """
CREATE POLICY worker_deletes ON submission_money_effect FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND previewed_by IS NOT NULL)
""",
    """
CREATE POLICY vendor_reads ON stock_row FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    "REVOKE ALL ON submission FROM tailrace_vendor",
    "REVOKE ALL ON submission_issue FROM tailrace_vendor",
    "GRANT SELECT ON submission_issue TO tailrace_reseller",
    "GRANT MAINTAIN ON sell_through_line TO tailrace_worker",
    "GRANT SELECT ON submission_effect TO tailrace_reseller",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, kind, mode, format, status, period_start, period_end, organization_id, file_id, filename, sha256, byte_size, submitted_by, previewed_by, corrected_lines, received_at, started_at, processed_at, rows_received, rows_accepted, rows_held, rows_rejected, rows_duplicate, rows_conflict, rows_superseded, progress, disclosed_profile_id, disclosed_profile_version, disclosed_detected, acknowledgement, failure_code, disclosed_failure_message) ON submission TO tailrace_vendor
""",
    "GRANT INSERT ON submission TO tailrace_vendor",
    "GRANT UPDATE (status) ON submission TO tailrace_vendor",
    "GRANT SELECT ON report_profile TO tailrace_vendor",
    "GRANT INSERT ON report_profile TO tailrace_vendor",
    "GRANT UPDATE (retired_by, retired_at) ON report_profile TO tailrace_vendor",
    "GRANT MAINTAIN ON report_row TO tailrace_worker",
    "GRANT SELECT ON report_row TO tailrace_reseller",
    """
GRANT SELECT (vendor_id, id, reseller_id, enrollment_id, kind, mode, format, status, period_start, period_end, organization_id, file_id, filename, sha256, byte_size, submitted_by, previewed_by, corrected_lines, received_at, started_at, processed_at, rows_received, rows_accepted, rows_held, rows_rejected, rows_duplicate, rows_conflict, rows_superseded, progress, detected, acknowledgement, failure_code, failure_message) ON submission TO tailrace_reseller
""",
    "GRANT INSERT ON submission TO tailrace_reseller",
    "GRANT UPDATE (status) ON submission TO tailrace_reseller",
    "GRANT SELECT (vendor_id, id, distributor_id, known_at) ON knowledge TO tailrace_distributor",
    "GRANT MAINTAIN ON sell_through_month TO tailrace_worker",
    """
GRANT SELECT (vendor_id, submission_id, row_number, position, agreement_id, distributor_id, field, code, severity, disclosed_value, disclosed, previewed_by, settled_at) ON submission_issue TO tailrace_vendor
""",
    "GRANT MAINTAIN ON sell_in_day TO tailrace_worker",
    "GRANT MAINTAIN ON sell_in_line TO tailrace_worker",
    "GRANT MAINTAIN ON knowledge TO tailrace_worker",
    "ALTER TABLE knowledge NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE agreement NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE held_decision NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE submission NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE submission_issue NO FORCE ROW LEVEL SECURITY",
    """
UPDATE knowledge k SET distributor_id = a.distributor_id FROM agreement a WHERE a.vendor_id = k.vendor_id AND a.id = k.agreement_id
""",
    "UPDATE held_decision SET kinds = '{SELL_THROUGH,SELL_IN,INVENTORY}'",
    """
UPDATE submission_issue i SET disclosed = true FROM submission s, agreement a
WHERE s.vendor_id = i.vendor_id AND s.id = i.submission_id AND a.vendor_id = s.vendor_id AND a.id = s.agreement_id
AND (s.kind <> 'SELL_THROUGH' OR i.field IS NULL OR i.code = 'UNKNOWN_RESELLER_ACCOUNT'
OR i.field NOT IN ('unit_price', 'amount', 'end_customer', 'reseller_account')
OR (i.field IN ('unit_price', 'amount') AND a.discloses_resale_price)
OR (i.field = 'end_customer' AND a.discloses_end_customer) OR (i.field = 'reseller_account' AND a.discloses_reseller))
""",
    "ALTER TABLE knowledge FORCE ROW LEVEL SECURITY",
    "ALTER TABLE agreement FORCE ROW LEVEL SECURITY",
    "ALTER TABLE held_decision FORCE ROW LEVEL SECURITY",
    "ALTER TABLE submission FORCE ROW LEVEL SECURITY",
    "ALTER TABLE submission_issue FORCE ROW LEVEL SECURITY",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
