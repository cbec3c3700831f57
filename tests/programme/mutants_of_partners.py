"""Mistakes that somebody could make in the rules of onboarding and certifications, one by one. Each has to make a test of
its module fail."""

from tests.programme.mutation import Mutant

ONBOARDING, CERTIFICATIONS, DOCUMENTS = "onboarding", "certifications", "documents"
BESIDE = ("test_certifications",)

MUTANTS: list[Mutant] = [
    Mutant(ONBOARDING, "if each.on <= day)", "if each.on < day)"),
    Mutant(ONBOARDING, "blocked or (step.required and", "(step.required and"),
    Mutant(ONBOARDING, "(step.required and found is not", "(found is not"),
    Mutant(ONBOARDING, "day <= done.valid_until", "day < done.valid_until"),
    Mutant(ONBOARDING, "step.version is None or step.version == done.version", "True"),
    Mutant(ONBOARDING, "if state is OnboardingStepState.DONE and (each", "if (each"),
    Mutant(
        ONBOARDING, "OnboardingStepState.WAITING if blocked else OnboardingStepState.OPEN", "OnboardingStepState.OPEN"
    ),
    Mutant(ONBOARDING, "if step.by is not level:", "if False:"),
    Mutant(ONBOARDING, "if step.kind in FACTS:", "if False:"),
    Mutant(ONBOARDING, "key=lambda each: each.on):", "key=lambda each: each.position):"),
    Mutant(CERTIFICATIONS, "today > valid_until:", "today >= valid_until:"),
    Mutant(CERTIFICATIONS, "if by is Level.RESELLER else", "if by is not Level.VENDOR else"),
    Mutant(CERTIFICATIONS, '" ".join(name.split()).casefold()', '" ".join(name.split())'),
    Mutant(CERTIFICATIONS, '" ".join(name.split()).casefold()', "name.casefold()"),
    Mutant(CERTIFICATIONS, "each.from_rank <= rank", "each.from_rank < rank"),
    Mutant(CERTIFICATIONS, "< each.needed", "<= each.needed"),
    Mutant(CERTIFICATIONS, "lacks.count(False)", "lacks.count(True)"),
    Mutant(CERTIFICATIONS, "self.certified * MICRO // self.active", "-(-self.certified * MICRO // self.active)"),
    Mutant(CERTIFICATIONS, "if status is CertificationStatus.REVOKED:", "if False:"),
    Mutant(DOCUMENTS, "today > valid_until", "today >= valid_until", BESIDE),
]
