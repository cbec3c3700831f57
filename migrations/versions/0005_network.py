"""Stock, development, scorecards, plans, exports, commissions, merges, erasure; figures as they were known."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    "DROP POLICY vendor_inserts ON party",
    "DROP POLICY distributor_inserts ON party",
    "DROP POLICY vendor_reads ON partner_invitation",
    "DROP POLICY vendor_updates ON partner_invitation",
    "DROP POLICY distributor_inserts ON partner_invitation",
    "DROP POLICY distributor_reads ON party_link",
    "DROP POLICY distributor_updates ON party_link",
    "DROP POLICY reseller_reads ON party_link",
    "DROP POLICY reseller_updates ON party_link",
    "ALTER TABLE benefit DROP CONSTRAINT ck_benefit_opens",
    "ALTER TABLE alert DROP CONSTRAINT ck_alert_kind",
    "ALTER TABLE sell_in_day SET (fillfactor = 50)",
    "ALTER TABLE sell_through_day SET (fillfactor = 50)",
    "ALTER TABLE sell_through_month SET (fillfactor = 50)",
    "ALTER TABLE sell_through_reseller_month SET (fillfactor = 50)",
    "ALTER TABLE report_file ADD COLUMN redacted_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE report_file ADD COLUMN redacted_sha256 TEXT",
    """
ALTER TABLE report_file ADD CONSTRAINT ck_report_file_redacted CHECK ((redacted_at IS NULL) = (redacted_sha256 IS NULL))
""",
    """
ALTER TABLE knowledge ADD COLUMN disclosed_cause TEXT GENERATED ALWAYS AS (CASE WHEN split_part(cause, ' ', 1) IN ('submission', 'alias', 'decision') THEN cause ELSE split_part(cause, ' ', 1) END) STORED
""",
    "ALTER TABLE party ADD COLUMN merged_into UUID",
    """
ALTER TABLE party ADD CONSTRAINT ck_party_merged_into CHECK (merged_into IS NULL OR merged_into <> id AND kind = 'RESELLER')
""",
    "ALTER TABLE spiff ADD COLUMN agreement_ids UUID[] DEFAULT '{}' NOT NULL",
    """
ALTER TABLE benefit ADD CONSTRAINT ck_benefit_opens CHECK (opens IN ('DEAL_REGISTRATION', 'MARKET_DEVELOPMENT_FUNDS', 'SPIFFS', 'COMMISSIONS'))
""",
    "ALTER TABLE partner_invitation ADD COLUMN confirmation TEXT",
    "ALTER TABLE partner_invitation ADD COLUMN confirmation_reason TEXT",
    "ALTER TABLE partner_invitation ADD COLUMN confirmed_by UUID",
    "ALTER TABLE partner_invitation ADD COLUMN confirmed_by_name TEXT",
    "ALTER TABLE partner_invitation ADD COLUMN confirmed_at TIMESTAMP WITH TIME ZONE",
    """
ALTER TABLE partner_invitation ADD CONSTRAINT ck_partner_invitation_confirmation CHECK (confirmation IN ('PENDING_CONFIRMATION', 'CONFIRMED', 'REFUSED'))
""",
    """
ALTER TABLE partner_invitation ADD CONSTRAINT ck_partner_invitation_confirmed_of_distributors CHECK (confirmation IS NULL OR distributor_id IS NOT NULL)
""",
    """
ALTER TABLE partner_invitation ADD CONSTRAINT ck_partner_invitation_confirmed_by_somebody CHECK (num_nonnulls(confirmed_by, confirmed_by_name, confirmed_at) = CASE WHEN confirmation IN ('CONFIRMED', 'REFUSED') THEN 3 ELSE 0 END)
""",
    """
ALTER TABLE partner_invitation ADD CONSTRAINT ck_partner_invitation_refused_for_a_reason CHECK (confirmation <> 'REFUSED' OR confirmation_reason IS NOT NULL)
""",
    """
ALTER TABLE alert ADD CONSTRAINT ck_alert_kind CHECK (kind IN ('REPORT_DUE', 'REPORT_LATE', 'REPORT_MISSING', 'PRICE_MISSING', 'PRICE_UNUSUAL', 'AMOUNT_DIFFERS', 'RESELLER_NOT_AUTHORIZED', 'MORE_SOLD_THAN_STOCK', 'SERIAL_SOLD_TWICE', 'SERIAL_SOLD_BY_TWO', 'SERIAL_OUTSIDE_TERRITORY', 'STOCK_VARIANCE', 'STOCK_OUT', 'STOCK_EXCESS', 'STOCK_ACCUMULATING', 'STATEMENT_TO_APPROVE', 'CLAIM_TO_DECIDE', 'DEDUCTION_UNMATCHED', 'SUBMISSION_FAILED', 'ENROLLMENT_TO_DECIDE', 'TIER_CHANGED', 'DOCUMENT_EXPIRING', 'CERTIFICATION_EXPIRING', 'DEAL_TO_DECIDE', 'DEAL_EXPIRING', 'FUND_TO_DECIDE', 'FUND_EXPIRING', 'AFFILIATION_PROPOSED', 'LINE_CONTESTED', 'PARTNER_LINKED', 'INVITATION_TO_CONFIRM', 'SPIFF_CLAIM_TO_DECIDE', 'COMMISSION_TO_APPROVE', 'PLAN_TO_ANSWER', 'PLAN_ACTIVITY_OVERDUE', 'WEBHOOK_DISABLED'))
""",
    "ALTER TABLE fund ADD COLUMN approves_in_month_minor BIGINT",
    """
ALTER TABLE fund ADD CONSTRAINT ck_fund_approves_in_month CHECK (approves_in_month_minor IS NULL OR coalesce(approves_in_month_minor >= approves_up_to_minor, false))
""",
    "ALTER TABLE submission ADD COLUMN redacted_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE submission_issue SET (fillfactor = 50)",
    """
CREATE TABLE sell_through_reseller_day (
	vendor_id UUID NOT NULL,
	day DATE NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	disclosed_reseller_id UUID NOT NULL,
	units BIGINT NOT NULL,
	returned_units BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	CONSTRAINT pk_sell_through_reseller_day PRIMARY KEY (vendor_id, distributor_id, day, reseller_id, agreement_id, disclosed_reseller_id)
)
 WITH (fillfactor = 50)
""",
    """
CREATE TABLE stock_position (
	vendor_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	day DATE NOT NULL,
	product_id UUID NOT NULL,
	counted_on DATE NOT NULL,
	units BIGINT NOT NULL,
	on_hand BIGINT NOT NULL,
	in_transit BIGINT NOT NULL,
	allocated BIGINT NOT NULL,
	returned BIGINT NOT NULL,
	defective BIGINT NOT NULL,
	blocked BIGINT NOT NULL,
	before_units BIGINT,
	received_before BIGINT NOT NULL,
	sold_before BIGINT NOT NULL,
	moved_before BIGINT NOT NULL,
	received BIGINT NOT NULL,
	sold BIGINT NOT NULL,
	moved BIGINT NOT NULL,
	demanded BIGINT NOT NULL,
	sell_in BIGINT NOT NULL,
	sell_through BIGINT NOT NULL,
	came_0 BIGINT NOT NULL,
	went_0 BIGINT NOT NULL,
	came_1 BIGINT NOT NULL,
	went_1 BIGINT NOT NULL,
	came_2 BIGINT NOT NULL,
	went_2 BIGINT NOT NULL,
	CONSTRAINT pk_stock_position PRIMARY KEY (vendor_id, day, distributor_id, product_id)
)
""",
    """
CREATE TABLE stock_position_day (
	vendor_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	day DATE NOT NULL,
	known_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_stock_position_day PRIMARY KEY (vendor_id, day, distributor_id)
)
""",
    """
CREATE TABLE export (
	organization_id UUID NOT NULL,
	id UUID NOT NULL,
	level TEXT NOT NULL,
	actor_id UUID NOT NULL,
	grant_id UUID,
	scopes TEXT[],
	needs TEXT[] NOT NULL,
	vendor_ids UUID[] NOT NULL,
	party_ids UUID[] NOT NULL,
	format TEXT NOT NULL,
	marked BOOLEAN NOT NULL,
	document TEXT NOT NULL,
	operation_name TEXT,
	variables JSONB NOT NULL,
	list TEXT NOT NULL,
	status TEXT NOT NULL,
	requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
	started_at TIMESTAMP WITH TIME ZONE,
	ended_at TIMESTAMP WITH TIME ZONE,
	expires_at TIMESTAMP WITH TIME ZONE,
	rows BIGINT NOT NULL,
	total BIGINT,
	bytes BIGINT,
	sha256 TEXT,
	error TEXT,
	attempt INTEGER NOT NULL,
	CONSTRAINT pk_export PRIMARY KEY (organization_id, id),
	CONSTRAINT fk_export_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id),
	CONSTRAINT ck_export_level CHECK (level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_export_format CHECK (format IN ('CSV', 'XLSX', 'JSONL', 'PARQUET')),
	CONSTRAINT ck_export_status CHECK (status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED', 'EXPIRED')),
	CONSTRAINT ck_export_ended_once CHECK ((status IN ('QUEUED', 'RUNNING')) = (ended_at IS NULL)),
	CONSTRAINT ck_export_done_with_a_file CHECK ((status = 'DONE') = (expires_at IS NOT NULL AND bytes IS NOT NULL AND sha256 IS NOT NULL)),
	CONSTRAINT ck_export_failed_because_of_something CHECK ((status = 'FAILED') = (error IS NOT NULL))
)
""",
    """
CREATE TABLE commission_plan (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	description TEXT,
	currency TEXT NOT NULL,
	rate INTEGER NOT NULL,
	valuation TEXT NOT NULL,
	period TEXT NOT NULL,
	cap_minor BIGINT,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	product_ids UUID[] NOT NULL,
	families TEXT[] NOT NULL,
	countries TEXT[] NOT NULL,
	replaces_id UUID,
	created_by TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	version INTEGER DEFAULT 1 NOT NULL,
	CONSTRAINT pk_commission_plan PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_commission_plan_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT fk_commission_plan_vendor_id_replaces_id FOREIGN KEY(vendor_id, replaces_id) REFERENCES commission_plan (vendor_id, id),
	CONSTRAINT ck_commission_plan_valuation CHECK (valuation IN ('BOOK', 'REPORTED_RESALE')),
	CONSTRAINT ck_commission_plan_period CHECK (period IN ('MONTH', 'QUARTER')),
	CONSTRAINT ck_commission_plan_ends_after_it_starts CHECK (ends_on >= starts_on),
	CONSTRAINT ck_commission_plan_pays_something CHECK (rate BETWEEN 1 AND 1000000 AND cap_minor > 0)
)
""",
    """
CREATE TABLE export_chunk (
	organization_id UUID NOT NULL,
	export_id UUID NOT NULL,
	position INTEGER NOT NULL,
	actor_id UUID NOT NULL,
	content BYTEA NOT NULL,
	CONSTRAINT pk_export_chunk PRIMARY KEY (organization_id, export_id, position),
	CONSTRAINT fk_export_chunk_organization_id_export_id FOREIGN KEY(organization_id, export_id) REFERENCES export (organization_id, id) ON DELETE CASCADE,
	CONSTRAINT ck_export_chunk_position CHECK (position >= 0)
)
""",
    """
CREATE TABLE agent_assignment (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	bought_by_id UUID,
	customer_name TEXT,
	customer_hash TEXT,
	note TEXT NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE,
	created_by TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	version INTEGER DEFAULT 1 NOT NULL,
	CONSTRAINT pk_agent_assignment PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_agent_assignment_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT fk_agent_assignment_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_agent_assignment_vendor_id_bought_by_id FOREIGN KEY(vendor_id, bought_by_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_agent_assignment_one_buyer CHECK (num_nonnulls(bought_by_id, customer_hash) = 1),
	CONSTRAINT ck_agent_assignment_a_name_is_compared CHECK (customer_name IS NULL OR customer_hash IS NOT NULL),
	CONSTRAINT ck_agent_assignment_not_its_own_purchases CHECK (bought_by_id <> reseller_id),
	CONSTRAINT ck_agent_assignment_ends_after_it_starts CHECK (ends_on >= starts_on)
)
""",
    """
CREATE TABLE commission_run (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	plan_id UUID NOT NULL,
	asked_by TEXT NOT NULL,
	asked_by_id UUID NOT NULL,
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	finished_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_commission_run PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_commission_run_vendor_id_plan_id FOREIGN KEY(vendor_id, plan_id) REFERENCES commission_plan (vendor_id, id)
)
""",
    """
CREATE TABLE commission_statement (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	plan_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	base BIGINT NOT NULL,
	told_base BIGINT,
	earned_minor BIGINT NOT NULL,
	adjusted_minor BIGINT NOT NULL,
	amount_minor BIGINT NOT NULL,
	differences JSONB NOT NULL,
	lines INTEGER NOT NULL,
	left_out INTEGER NOT NULL,
	held TEXT,
	content TEXT NOT NULL,
	revision INTEGER NOT NULL,
	calculated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	calculated_by TEXT,
	calculated_by_id UUID,
	approvals_needed INTEGER,
	approved_at TIMESTAMP WITH TIME ZONE,
	payment_reference TEXT,
	paid_by TEXT,
	paid_by_id UUID,
	paid_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_commission_statement PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_commission_statement_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT uq_commission_statement_vendor_id_plan_id_reseller_id_starts_on UNIQUE (vendor_id, plan_id, reseller_id, starts_on),
	CONSTRAINT fk_commission_statement_vendor_id_plan_id FOREIGN KEY(vendor_id, plan_id) REFERENCES commission_plan (vendor_id, id),
	CONSTRAINT fk_commission_statement_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_commission_statement_status CHECK (status IN ('ACCRUING', 'CALCULATED', 'APPROVED', 'PAID')),
	CONSTRAINT ck_commission_statement_ends_after_it_starts CHECK (ends_on > starts_on),
	CONSTRAINT ck_commission_statement_not_negative CHECK (earned_minor >= 0 AND lines >= 0 AND left_out >= 0),
	CONSTRAINT ck_commission_statement_adds_up CHECK (amount_minor = greatest(0, earned_minor + adjusted_minor)),
	CONSTRAINT ck_commission_statement_calculated_by_somebody CHECK (num_nonnulls(calculated_by, calculated_by_id, approvals_needed) = CASE status WHEN 'ACCRUING' THEN 0 ELSE 3 END),
	CONSTRAINT ck_commission_statement_approved CHECK ((status IN ('APPROVED', 'PAID')) = (approved_at IS NOT NULL)),
	CONSTRAINT ck_commission_statement_paid CHECK (num_nonnulls(payment_reference, paid_by, paid_by_id, paid_at) = CASE status WHEN 'PAID' THEN 4 ELSE 0 END),
	CONSTRAINT ck_commission_statement_pays_something CHECK (status <> 'PAID' OR amount_minor > 0),
	CONSTRAINT ck_commission_statement_by_two_people CHECK (paid_by_id <> calculated_by_id)
)
""",
    """
CREATE TABLE erasure (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	level TEXT NOT NULL,
	distributor_id UUID,
	reseller_id UUID,
	organization_id UUID NOT NULL,
	subject TEXT NOT NULL,
	name TEXT,
	reason TEXT NOT NULL,
	status TEXT NOT NULL,
	lines BIGINT DEFAULT 0 NOT NULL,
	rows BIGINT DEFAULT 0 NOT NULL,
	reports BIGINT DEFAULT 0 NOT NULL,
	records BIGINT DEFAULT 0 NOT NULL,
	unfound BIGINT DEFAULT 0 NOT NULL,
	requested_by TEXT NOT NULL,
	requested_by_id UUID NOT NULL,
	requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
	carried_out_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_erasure PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_erasure_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT fk_erasure_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_erasure_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_erasure_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id),
	CONSTRAINT ck_erasure_level CHECK (level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_erasure_subject CHECK (subject IN ('END_CUSTOMER', 'CERTIFIED_PERSON')),
	CONSTRAINT ck_erasure_status CHECK (status IN ('RUNNING', 'DONE')),
	CONSTRAINT ck_erasure_of_a_distributor CHECK ((level = 'DISTRIBUTOR') = (distributor_id IS NOT NULL)),
	CONSTRAINT ck_erasure_of_a_reseller CHECK ((level = 'RESELLER') = (reseller_id IS NOT NULL)),
	CONSTRAINT ck_erasure_forgotten_when_done CHECK ((status = 'DONE') = (name IS NULL) AND (status = 'DONE') = (carried_out_at IS NOT NULL))
)
""",
    """
CREATE TABLE exchange_rate_before (
	vendor_id UUID NOT NULL,
	base TEXT NOT NULL,
	quote TEXT NOT NULL,
	effective_from DATE NOT NULL,
	until TIMESTAMP WITH TIME ZONE NOT NULL,
	rate BIGINT,
	CONSTRAINT pk_exchange_rate_before PRIMARY KEY (vendor_id, base, quote, effective_from, until),
	CONSTRAINT fk_exchange_rate_before_vendor_id_base_quote_effective_from FOREIGN KEY(vendor_id, base, quote, effective_from) REFERENCES exchange_rate (vendor_id, base, quote, effective_from),
	CONSTRAINT ck_exchange_rate_before_positive CHECK (rate > 0)
)
""",
    """
CREATE TABLE party_merge (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	from_id UUID NOT NULL,
	into_id UUID NOT NULL,
	effective_from DATE,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	refusal TEXT,
	asked_by TEXT NOT NULL,
	asked_by_id UUID NOT NULL,
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	applied_at TIMESTAMP WITH TIME ZONE,
	undone_by TEXT,
	undone_at TIMESTAMP WITH TIME ZONE,
	version INTEGER DEFAULT 1 NOT NULL,
	CONSTRAINT pk_party_merge PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_party_merge_vendor_id_from_id FOREIGN KEY(vendor_id, from_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_party_merge_vendor_id_into_id FOREIGN KEY(vendor_id, into_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_party_merge_state CHECK (state IN ('APPLYING', 'APPLIED', 'REFUSED', 'UNDOING', 'UNDONE')),
	CONSTRAINT ck_party_merge_two_records CHECK (from_id <> into_id)
)
""",
    """
CREATE TABLE business_plan (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	length TEXT NOT NULL,
	period_start DATE NOT NULL,
	period_end DATE NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	version INTEGER NOT NULL,
	written INTEGER NOT NULL,
	agreed INTEGER,
	pending INTEGER,
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_business_plan PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_business_plan_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_business_plan_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_business_plan_length CHECK (length IN ('QUARTER', 'YEAR')),
	CONSTRAINT ck_business_plan_status CHECK (status IN ('PROPOSED', 'COUNTERED', 'AGREED', 'REJECTED', 'WITHDRAWN', 'CLOSED')),
	CONSTRAINT ck_business_plan_ends_after_it_starts CHECK (period_end > period_start),
	CONSTRAINT ck_business_plan_agreed CHECK ((status IN ('AGREED', 'CLOSED')) = (agreed IS NOT NULL)),
	CONSTRAINT ck_business_plan_waits CHECK ((status IN ('PROPOSED', 'COUNTERED')) <= (pending IS NOT NULL)),
	CONSTRAINT ck_business_plan_ended CHECK ((status IN ('REJECTED', 'WITHDRAWN', 'CLOSED')) = (ended_at IS NOT NULL))
)
""",
    """
CREATE TABLE commission_approval (
	vendor_id UUID NOT NULL,
	statement_id UUID NOT NULL,
	revision INTEGER NOT NULL,
	approved_by TEXT NOT NULL,
	approved_by_id UUID NOT NULL,
	approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_commission_approval PRIMARY KEY (vendor_id, statement_id, revision, approved_by_id),
	CONSTRAINT fk_commission_approval_vendor_id_statement_id FOREIGN KEY(vendor_id, statement_id) REFERENCES commission_statement (vendor_id, id)
)
""",
    """
CREATE TABLE incentive_reseller (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	list_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	merge_id UUID,
	recorded BIGINT,
	replaced BIGINT,
	CONSTRAINT pk_incentive_reseller PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_incentive_reseller_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_incentive_reseller_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_incentive_reseller_vendor_id_merge_id FOREIGN KEY(vendor_id, merge_id) REFERENCES party_merge (vendor_id, id)
)
""",
    """
CREATE TABLE inventory_standard (
	vendor_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	effective_from DATE NOT NULL,
	place INTEGER NOT NULL,
	product_id UUID,
	family TEXT,
	basis TEXT,
	least BIGINT,
	most BIGINT,
	set_at TIMESTAMP WITH TIME ZONE NOT NULL,
	set_by TEXT NOT NULL,
	CONSTRAINT pk_inventory_standard PRIMARY KEY (vendor_id, agreement_id, effective_from, place),
	CONSTRAINT fk_inventory_standard_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_inventory_standard_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_inventory_standard_basis CHECK (basis IN ('WEEKS', 'UNITS', 'VALUE')),
	CONSTRAINT ck_inventory_standard_whole CHECK (num_nonnulls(basis, least, most) IN (0, 3)),
	CONSTRAINT ck_inventory_standard_from_least_to_most CHECK (least >= 0 AND most >= least),
	CONSTRAINT ck_inventory_standard_of_all_or_of_one CHECK (num_nonnulls(product_id, family) = (place > 0)::int)
)
""",
    """
CREATE TABLE party_merge_change (
	vendor_id UUID NOT NULL,
	merge_id UUID NOT NULL,
	row_kind TEXT NOT NULL,
	row_key TEXT NOT NULL,
	agreement_id UUID,
	before JSONB NOT NULL,
	after JSONB NOT NULL,
	CONSTRAINT pk_party_merge_change PRIMARY KEY (vendor_id, merge_id, row_kind, row_key),
	CONSTRAINT fk_party_merge_change_vendor_id_merge_id FOREIGN KEY(vendor_id, merge_id) REFERENCES party_merge (vendor_id, id),
	CONSTRAINT ck_party_merge_change_row_kind CHECK (row_kind IN ('AUTHORIZATION', 'ACCOUNT', 'ALIAS', 'ENROLLMENT', 'CERTIFICATION', 'ACTIVITY', 'ONBOARDING_STEP', 'SEGMENT', 'ASSIGNMENT'))
)
""",
    """
CREATE TABLE party_merge_part (
	vendor_id UUID NOT NULL,
	merge_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	knowledge BIGINT,
	undone_knowledge BIGINT,
	lines BIGINT DEFAULT 0 NOT NULL,
	CONSTRAINT pk_party_merge_part PRIMARY KEY (vendor_id, merge_id, agreement_id),
	CONSTRAINT fk_party_merge_part_vendor_id_merge_id FOREIGN KEY(vendor_id, merge_id) REFERENCES party_merge (vendor_id, id),
	CONSTRAINT fk_party_merge_part_vendor_id_agreement_id FOREIGN KEY(vendor_id, agreement_id) REFERENCES agreement (vendor_id, id)
)
""",
    """
CREATE TABLE scorecard_weights (
	vendor_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	effective_from DATE NOT NULL,
	version INTEGER NOT NULL,
	weights JSONB NOT NULL,
	days JSONB NOT NULL,
	set_at TIMESTAMP WITH TIME ZONE NOT NULL,
	set_by TEXT NOT NULL,
	CONSTRAINT pk_scorecard_weights PRIMARY KEY (vendor_id, agreement_id, version),
	CONSTRAINT uq_scorecard_weights_vendor_id_agreement_id_effective_f_b516 UNIQUE (vendor_id, agreement_id, effective_from, version),
	CONSTRAINT fk_scorecard_weights_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_scorecard_weights_version CHECK (version > 0)
)
""",
    """
CREATE TABLE business_plan_version (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	plan_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	number INTEGER NOT NULL,
	side TEXT NOT NULL,
	status TEXT NOT NULL,
	content JSONB NOT NULL,
	written_at TIMESTAMP WITH TIME ZONE NOT NULL,
	answered_at TIMESTAMP WITH TIME ZONE,
	reason TEXT,
	CONSTRAINT pk_business_plan_version PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_business_plan_version_vendor_id_plan_id_number UNIQUE (vendor_id, plan_id, number),
	CONSTRAINT ck_business_plan_version_side CHECK (side IN ('VENDOR', 'DISTRIBUTOR')),
	CONSTRAINT ck_business_plan_version_status CHECK (status IN ('PROPOSED', 'COUNTERED', 'AGREED', 'REJECTED', 'WITHDRAWN', 'SUPERSEDED')),
	CONSTRAINT ck_business_plan_version_answered CHECK ((status = 'PROPOSED') = (answered_at IS NULL)),
	CONSTRAINT fk_business_plan_version_vendor_id_plan_id_agreement_id_afd5 FOREIGN KEY(vendor_id, plan_id, agreement_id, distributor_id) REFERENCES business_plan (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
CREATE TABLE commission_line (
	vendor_id UUID NOT NULL,
	statement_id UUID NOT NULL,
	position INTEGER NOT NULL,
	reseller_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	component INTEGER NOT NULL,
	recorded BIGINT NOT NULL,
	product_id UUID NOT NULL,
	sold_on DATE NOT NULL,
	quantity BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	told_amount BIGINT,
	share_minor BIGINT NOT NULL,
	told_share_minor BIGINT,
	deal_id UUID,
	assignment_id UUID,
	CONSTRAINT pk_commission_line PRIMARY KEY (vendor_id, statement_id, position),
	CONSTRAINT fk_commission_line_vendor_id_statement_id_reseller_id FOREIGN KEY(vendor_id, statement_id, reseller_id) REFERENCES commission_statement (vendor_id, id, reseller_id),
	CONSTRAINT fk_commission_line_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT fk_commission_line_vendor_id_deal_id_reseller_id FOREIGN KEY(vendor_id, deal_id, reseller_id) REFERENCES deal (vendor_id, id, reseller_id),
	CONSTRAINT fk_commission_line_vendor_id_assignment_id_reseller_id FOREIGN KEY(vendor_id, assignment_id, reseller_id) REFERENCES agent_assignment (vendor_id, id, reseller_id),
	CONSTRAINT ck_commission_line_attributed_once CHECK (num_nonnulls(deal_id, assignment_id) = 1)
)
""",
    """
CREATE TABLE plan_review (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	plan_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	held_on DATE NOT NULL,
	side TEXT NOT NULL,
	plan_version INTEGER NOT NULL,
	attendees TEXT NOT NULL,
	decisions TEXT NOT NULL,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	figures JSONB,
	known_at TIMESTAMP WITH TIME ZONE,
	acknowledged_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_plan_review PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_plan_review_vendor_id_id_plan_id UNIQUE (vendor_id, id, plan_id),
	CONSTRAINT ck_plan_review_side CHECK (side IN ('VENDOR', 'DISTRIBUTOR')),
	CONSTRAINT ck_plan_review_figures CHECK ((figures IS NULL) = (known_at IS NULL)),
	CONSTRAINT fk_plan_review_vendor_id_plan_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, plan_id, agreement_id, distributor_id) REFERENCES business_plan (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
CREATE TABLE plan_activity (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	plan_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	review_id UUID,
	plan_version INTEGER,
	side TEXT NOT NULL,
	person TEXT NOT NULL,
	title TEXT NOT NULL,
	agreed_due_on DATE NOT NULL,
	due_on DATE NOT NULL,
	status TEXT NOT NULL,
	done_on DATE,
	note TEXT,
	version INTEGER NOT NULL,
	planned_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_plan_activity PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_plan_activity_vendor_id_review_id_plan_id FOREIGN KEY(vendor_id, review_id, plan_id) REFERENCES plan_review (vendor_id, id, plan_id),
	CONSTRAINT ck_plan_activity_side CHECK (side IN ('VENDOR', 'DISTRIBUTOR')),
	CONSTRAINT ck_plan_activity_status CHECK (status IN ('OPEN', 'DONE', 'DROPPED')),
	CONSTRAINT ck_plan_activity_done CHECK ((status = 'DONE') = (done_on IS NOT NULL)),
	CONSTRAINT ck_plan_activity_one_origin CHECK (num_nonnulls(review_id, plan_version) = 1),
	CONSTRAINT fk_plan_activity_vendor_id_plan_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, plan_id, agreement_id, distributor_id) REFERENCES business_plan (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
CREATE TABLE statement_standing (
	vendor_id UUID NOT NULL,
	statement_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	known_at TIMESTAMP WITH TIME ZONE NOT NULL,
	status TEXT NOT NULL,
	revision INTEGER NOT NULL,
	entitled_minor BIGINT NOT NULL,
	settled_minor BIGINT NOT NULL,
	payable_minor BIGINT NOT NULL,
	CONSTRAINT pk_statement_standing PRIMARY KEY (vendor_id, statement_id, known_at),
	CONSTRAINT fk_statement_standing_vendor_id_statement_id_agreement__53da FOREIGN KEY(vendor_id, statement_id, agreement_id, distributor_id) REFERENCES statement (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_statement_standing_status CHECK (status IN ('ACCRUING', 'CALCULATED', 'APPROVED', 'CREDITED', 'DISPUTED', 'REJECTED'))
)
""",
    """
ALTER TABLE party ADD CONSTRAINT fk_party_vendor_id_merged_into FOREIGN KEY(vendor_id, merged_into) REFERENCES party (vendor_id, id)
""",
    """
COMMENT ON TABLE sell_through_reseller_day IS 'What one distributor sold to one reseller on a day under an agreement, whatever the products: who is active in the ninety days to any day is read here'
""",
    """
COMMENT ON TABLE stock_position IS 'One product of a distributor at the end of a day, as its facts say; 10⁻³ base units'
""",
    """
COMMENT ON TABLE stock_position_day IS 'Of which days a distributor''s positions are kept, and when the last change of its facts became known by then; NULL where it had none'
""",
    "CREATE INDEX ix_export_ended ON export (ended_at) WHERE ended_at IS NOT NULL",
    "CREATE INDEX ix_export_organization_id_actor_id_id ON export (organization_id, actor_id, id)",
    """
COMMENT ON TABLE export IS 'Marked: a CSV that begins with a byte order mark. Needs: the permissions that what was asked for takes'
""",
    """
COMMENT ON TABLE report_file IS 'Its bytes are those received (`sha256`), but for names that were erased since (`redacted_sha256`)'
""",
    "CREATE INDEX ix_commission_plan_vendor_id_starts_on_id ON commission_plan (vendor_id, starts_on, id)",
    """
COMMENT ON TABLE commission_plan IS '`rate` in 10⁻⁶ of an amount; what no list names is not limited by it. Terms never change: a plan is ended and replaced'
""",
    "COMMENT ON TABLE export_chunk IS 'The file, in pieces of a mebibyte or so, each compressed by itself (zstd)'",
    """
CREATE INDEX ix_knowledge_vendor_id_distributor_id_known_at ON knowledge (vendor_id, distributor_id, known_at)
""",
    """
COMMENT ON TABLE spiff IS '`per_unit` in 10⁻⁶ units of the currency; what no list names is not limited by it. Where agreements are named, their distributors are as well'
""",
    "CREATE INDEX ix_agent_assignment_vendor_id_reseller_id_id ON agent_assignment (vendor_id, reseller_id, id)",
    """
COMMENT ON TABLE agent_assignment IS 'Whose purchases an agent is paid for: a reseller''s, or an end customer''s, whose name can be emptied. `note` is what the agent reads of it'
""",
    """
COMMENT ON TABLE commission_run IS 'That somebody of the vendor had a plan''s periods calculated, to be approved by others'
""",
    """
CREATE INDEX ix_commission_statement_vendor_id_reseller_id_starts_on_id ON commission_statement (vendor_id, reseller_id, starts_on, id)
""",
    """
CREATE INDEX ix_commission_statement_vendor_id_starts_on_id ON commission_statement (vendor_id, starts_on, id)
""",
    """
COMMENT ON TABLE commission_statement IS 'What one agent has earned of a plan in a period: `base` in 10⁻⁶ units, as told to the agent `told_base`; `adjusted_minor` is what `differences` of earlier periods add up to'
""",
    "CREATE INDEX ix_erasure_vendor_id_level_requested_at_id ON erasure (vendor_id, level, requested_at, id)",
    "COMMENT ON TABLE erasure IS '`name` is what is to be erased, and is gone when that is done'",
    """
COMMENT ON TABLE exchange_rate_before IS 'What a rate was until a moment, when it was set otherwise; null where there was none until then'
""",
    """
COMMENT ON TABLE partner_invitation IS 'A firm invited to be one party of a network: by the vendor, or by the distributor that is named. What the vendor has to confirm, it reads; only where the agreement discloses the reseller is it asked to.'
""",
    "CREATE INDEX ix_party_merge_vendor_id_asked_at_id ON party_merge (vendor_id, asked_at, id)",
    "CREATE INDEX ix_party_merge_vendor_id_into_id ON party_merge (vendor_id, into_id)",
    """
CREATE UNIQUE INDEX uq_party_merge_standing ON party_merge (vendor_id, from_id) WHERE state IN ('APPLYING', 'APPLIED', 'UNDOING')
""",
    """
COMMENT ON TABLE party_merge IS 'Lines sold from `effective_from` on go to the survivor `into_id`; without a day, all of them'
""",
    """
CREATE INDEX ix_business_plan_vendor_id_agreement_id_period_start_id ON business_plan (vendor_id, agreement_id, period_start, id)
""",
    """
CREATE UNIQUE INDEX uq_business_plan_of_span ON business_plan (vendor_id, agreement_id, period_start, period_end) WHERE status NOT IN ('REJECTED', 'WITHDRAWN')
""",
    """
COMMENT ON TABLE business_plan IS '`version` counts the acts on it; `written` is the number of its newest version, `agreed` of that in force, `pending` of the one that waits for an answer'
""",
    """
COMMENT ON TABLE commission_approval IS 'Who of the vendor''s finance found which revision of a statement right'
""",
    """
CREATE UNIQUE INDEX ix_incentive_reseller_once ON incentive_reseller (vendor_id, list_id, agreement_id, reseller_id) WHERE replaced IS NULL
""",
    """
CREATE INDEX ix_incentive_reseller_vendor_id_agreement_id_reseller_id ON incentive_reseller (vendor_id, agreement_id, reseller_id)
""",
    """
CREATE INDEX ix_incentive_reseller_vendor_id_list_id_agreement_id_id ON incentive_reseller (vendor_id, list_id, agreement_id, id)
""",
    """
COMMENT ON TABLE incentive_reseller IS '`list_id` is the name by which a rule''s scope says whom it counts. A survivor of a merge stands here since one change of the facts (`recorded`), until that by which the merge was undone (`replaced`); all others always'
""",
    """
COMMENT ON TABLE inventory_standard IS '`least` and `most` are hundredths of weeks, 10⁻³ base units or 10⁻⁶ of the agreement''s currency, by `basis`; without one nothing is asked'
""",
    """
COMMENT ON TABLE party_merge_change IS 'A row that a merge changed, by its key: what it was, and what it became'
""",
    """
COMMENT ON TABLE party_merge_part IS 'Which change of the facts under an agreement a merge made, and how many lines it placed anew: a line that was recorded by it says so by its number'
""",
    """
COMMENT ON TABLE scorecard_weights IS 'Versions are never changed: the newest of the latest day that has come counts. `weights` by component; `days` within which, or before which, the vendor does its duties'
""",
    """
COMMENT ON TABLE business_plan_version IS '`content` is what it says: targets (10⁻⁶ currency units, 10⁻³ units, or ones) with their months, activities and notes; it never changes'
""",
    """
COMMENT ON TABLE commission_line IS 'A line of a statement, named by its report and row, with its amount in the plan''s currency and its share'
""",
    """
COMMENT ON TABLE plan_review IS '`figures` are how the targets of the version stood on the day, as known at `known_at`; nothing of a review ever changes, but that the other side acknowledges it, once'
""",
    "CREATE INDEX ix_plan_activity_vendor_id_due_on ON plan_activity (vendor_id, due_on) WHERE status = 'OPEN'",
    "CREATE INDEX ix_plan_activity_vendor_id_plan_id_due_on_id ON plan_activity (vendor_id, plan_id, due_on, id)",
    """
COMMENT ON TABLE plan_activity IS 'Of a version that was agreed, or followed from a review; those of a superseded version are over'
""",
    "COMMENT ON TABLE statement_standing IS 'From `known_at` on, until the next row of the statement; minor units'",
    "ALTER TABLE sell_through_reseller_day ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_reseller_day FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, day, distributor_id, agreement_id, disclosed_reseller_id, units, returned_units, lines) ON sell_through_reseller_day TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON sell_through_reseller_day FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON sell_through_reseller_day TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON sell_through_reseller_day FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON sell_through_reseller_day TO tailrace_worker",
    "GRANT INSERT ON sell_through_reseller_day TO tailrace_worker",
    "GRANT UPDATE (units, returned_units, lines) ON sell_through_reseller_day TO tailrace_worker",
    """
CREATE POLICY worker_reads ON sell_through_reseller_day FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON sell_through_reseller_day FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON sell_through_reseller_day FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE stock_position ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE stock_position FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON stock_position TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON stock_position FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON stock_position TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON stock_position FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON stock_position TO tailrace_worker",
    "GRANT INSERT ON stock_position TO tailrace_worker",
    "GRANT DELETE ON stock_position TO tailrace_worker",
    """
CREATE POLICY worker_reads ON stock_position FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON stock_position FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON stock_position FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE stock_position_day ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE stock_position_day FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON stock_position_day TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON stock_position_day FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON stock_position_day TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON stock_position_day FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON stock_position_day TO tailrace_worker",
    "GRANT INSERT ON stock_position_day TO tailrace_worker",
    "GRANT UPDATE (known_at) ON stock_position_day TO tailrace_worker",
    "GRANT DELETE ON stock_position_day TO tailrace_worker",
    """
CREATE POLICY worker_reads ON stock_position_day FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON stock_position_day FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON stock_position_day FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON stock_position_day FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON audit_event FOR SELECT TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON audit_event FOR UPDATE TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "ALTER TABLE export ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE export FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON export TO tailrace_vendor",
    "GRANT INSERT ON export TO tailrace_vendor",
    "GRANT UPDATE (status, ended_at) ON export TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON export FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_inserts ON export FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'VENDOR' AND status = 'QUEUED')
""",
    """
CREATE POLICY vendor_updates ON export FOR UPDATE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'VENDOR' AND status IN ('QUEUED', 'RUNNING')) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'VENDOR' AND status = 'CANCELLED')
""",
    "GRANT SELECT ON export TO tailrace_distributor",
    "GRANT INSERT ON export TO tailrace_distributor",
    "GRANT UPDATE (status, ended_at) ON export TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON export FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_inserts ON export FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'DISTRIBUTOR' AND status = 'QUEUED')
""",
    """
CREATE POLICY distributor_updates ON export FOR UPDATE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'DISTRIBUTOR' AND status IN ('QUEUED', 'RUNNING')) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'DISTRIBUTOR' AND status = 'CANCELLED')
""",
    "GRANT SELECT ON export TO tailrace_reseller",
    "GRANT INSERT ON export TO tailrace_reseller",
    "GRANT UPDATE (status, ended_at) ON export TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON export FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_inserts ON export FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'RESELLER' AND status = 'QUEUED')
""",
    """
CREATE POLICY reseller_updates ON export FOR UPDATE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'RESELLER' AND status IN ('QUEUED', 'RUNNING')) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'RESELLER' AND status = 'CANCELLED')
""",
    "GRANT SELECT ON export TO tailrace_worker",
    """
GRANT UPDATE (status, started_at, ended_at, expires_at, rows, total, bytes, sha256, error, attempt) ON export TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON export FOR SELECT TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON export FOR UPDATE TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT (organization_id, id, status, ended_at, expires_at) ON export TO tailrace_auth",
    "GRANT DELETE ON export TO tailrace_auth",
    "CREATE POLICY auth_reads ON export FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_deletes ON export FOR DELETE TO tailrace_auth USING (true)",
    """
CREATE POLICY worker_updates ON report_file FOR UPDATE TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "ALTER TABLE commission_plan ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE commission_plan FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON commission_plan TO tailrace_vendor",
    "GRANT INSERT ON commission_plan TO tailrace_vendor",
    "GRANT UPDATE (ends_on, version) ON commission_plan TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON commission_plan FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON commission_plan FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON commission_plan FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, name, description, currency, rate, valuation, period, cap_minor, starts_on, ends_on, product_ids, families, countries, replaces_id, created_at, version) ON commission_plan TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON commission_plan FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON commission_plan TO tailrace_worker",
    """
CREATE POLICY worker_reads ON commission_plan FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE export_chunk ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE export_chunk FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON export_chunk TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON export_chunk FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    "GRANT SELECT ON export_chunk TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON export_chunk FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    "GRANT SELECT ON export_chunk TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON export_chunk FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND actor_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    "GRANT SELECT ON export_chunk TO tailrace_worker",
    "GRANT INSERT ON export_chunk TO tailrace_worker",
    "GRANT DELETE ON export_chunk TO tailrace_worker",
    """
CREATE POLICY worker_reads ON export_chunk FOR SELECT TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON export_chunk FOR INSERT TO tailrace_worker WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON export_chunk FOR DELETE TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT (organization_id, export_id) ON export_chunk TO tailrace_auth",
    "GRANT DELETE ON export_chunk TO tailrace_auth",
    "CREATE POLICY auth_reads ON export_chunk FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_deletes ON export_chunk FOR DELETE TO tailrace_auth USING (true)",
    """
CREATE POLICY vendor_inserts ON party FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed AND merged_into IS NULL)
""",
    """
CREATE POLICY distributor_inserts ON party FOR INSERT TO tailrace_distributor WITH CHECK (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND kind = 'RESELLER' AND merged_into IS NULL)
""",
    """
CREATE POLICY worker_updates ON report_chunk FOR UPDATE TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "ALTER TABLE agent_assignment ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE agent_assignment FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON agent_assignment TO tailrace_vendor",
    "GRANT INSERT ON agent_assignment TO tailrace_vendor",
    "GRANT UPDATE (ends_on, customer_name, version) ON agent_assignment TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON agent_assignment FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON agent_assignment FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON agent_assignment FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, reseller_id, note, starts_on, ends_on, created_at, version) ON agent_assignment TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON agent_assignment FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON agent_assignment TO tailrace_worker",
    "GRANT UPDATE (reseller_id, bought_by_id, customer_name, note, version) ON agent_assignment TO tailrace_worker",
    """
CREATE POLICY worker_reads ON agent_assignment FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON agent_assignment FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON benefit FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE commission_run ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE commission_run FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON commission_run TO tailrace_vendor",
    "GRANT INSERT ON commission_run TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON commission_run FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON commission_run FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND asked_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND finished_at IS NULL)
""",
    "GRANT SELECT ON commission_run TO tailrace_worker",
    "GRANT UPDATE (finished_at) ON commission_run TO tailrace_worker",
    """
CREATE POLICY worker_reads ON commission_run FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON commission_run FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE commission_statement ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE commission_statement FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON commission_statement TO tailrace_vendor",
    """
GRANT UPDATE (status, payment_reference, paid_by, paid_by_id, paid_at) ON commission_statement TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON commission_statement FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON commission_statement FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status = 'APPROVED') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status = 'PAID' AND paid_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, plan_id, reseller_id, starts_on, ends_on, currency, status, told_base, earned_minor, adjusted_minor, amount_minor, differences, lines, left_out, held, revision, calculated_at, approved_at, payment_reference, paid_at) ON commission_statement TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON commission_statement FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON commission_statement TO tailrace_worker",
    "GRANT INSERT ON commission_statement TO tailrace_worker",
    """
GRANT UPDATE (status, base, told_base, earned_minor, adjusted_minor, amount_minor, differences, lines, left_out, held, content, revision, calculated_at, calculated_by, calculated_by_id, approvals_needed, approved_at) ON commission_statement TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON commission_statement FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON commission_statement FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON commission_statement FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status IN ('ACCRUING', 'CALCULATED')) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE erasure ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE erasure FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, level, distributor_id, reseller_id, subject, status, reason, lines, rows, reports, records, unfound, requested_by, requested_at, carried_out_at) ON erasure TO tailrace_vendor
""",
    "GRANT INSERT ON erasure TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON erasure FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_inserts ON erasure FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND level = 'VENDOR' AND level = 'VENDOR' AND status = 'RUNNING' AND requested_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, level, distributor_id, reseller_id, subject, status, reason, lines, rows, reports, records, unfound, requested_by, requested_at, carried_out_at) ON erasure TO tailrace_distributor
""",
    "GRANT INSERT ON erasure TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON erasure FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_inserts ON erasure FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND level = 'DISTRIBUTOR' AND level = 'DISTRIBUTOR' AND status = 'RUNNING' AND requested_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, level, distributor_id, reseller_id, subject, status, reason, lines, rows, reports, records, unfound, requested_by, requested_at, carried_out_at) ON erasure TO tailrace_reseller
""",
    "GRANT INSERT ON erasure TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON erasure FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_inserts ON erasure FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND level = 'RESELLER' AND level = 'RESELLER' AND status = 'RUNNING' AND requested_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    "GRANT SELECT ON erasure TO tailrace_worker",
    """
GRANT UPDATE (name, status, lines, rows, reports, records, unfound, carried_out_at) ON erasure TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON erasure FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON erasure FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE exchange_rate_before ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE exchange_rate_before FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON exchange_rate_before TO tailrace_vendor",
    "GRANT INSERT ON exchange_rate_before TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON exchange_rate_before FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON exchange_rate_before FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON exchange_rate_before TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON exchange_rate_before FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY vendor_reads ON partner_invitation FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (distributor_id IS NULL OR confirmation IS NOT NULL))
""",
    """
CREATE POLICY vendor_updates ON partner_invitation FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (distributor_id IS NULL OR confirmation = 'PENDING_CONFIRMATION')) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (distributor_id IS NULL AND accepted_at IS NULL AND (withdrawn_at IS NOT NULL OR invited_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid) OR confirmation IN ('CONFIRMED', 'REFUSED') AND accepted_at IS NULL AND confirmed_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid))
""",
    """
CREATE POLICY distributor_inserts ON partner_invitation FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND accepted_at IS NULL AND coalesce(confirmation, 'PENDING_CONFIRMATION') = 'PENDING_CONFIRMATION' AND confirmed_at IS NULL AND invited_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON partner_invitation FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE party_merge ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE party_merge FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON party_merge TO tailrace_vendor",
    "GRANT INSERT ON party_merge TO tailrace_vendor",
    "GRANT UPDATE (state, undone_by, version) ON party_merge TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON party_merge FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON party_merge FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND state = 'APPLYING' AND asked_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON party_merge FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND state = 'APPLIED') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND state = 'UNDOING')
""",
    "GRANT SELECT ON party_merge TO tailrace_worker",
    "GRANT INSERT ON party_merge TO tailrace_worker",
    "GRANT UPDATE (state, refusal, applied_at, undone_at, version) ON party_merge TO tailrace_worker",
    """
CREATE POLICY worker_reads ON party_merge FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON party_merge FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON party_merge FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON program_fit FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON segment FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE business_plan ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE business_plan FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON business_plan TO tailrace_vendor",
    "GRANT INSERT ON business_plan TO tailrace_vendor",
    "GRANT UPDATE (status, version, written, agreed, pending, ended_at) ON business_plan TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON business_plan FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON business_plan FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status = 'PROPOSED' AND version = 1 AND written = 1)
""",
    """
CREATE POLICY vendor_updates ON business_plan FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON business_plan TO tailrace_distributor",
    "GRANT INSERT ON business_plan TO tailrace_distributor",
    "GRANT UPDATE (status, version, written, agreed, pending, ended_at) ON business_plan TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON business_plan FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON business_plan FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'PROPOSED' AND version = 1 AND written = 1)
""",
    """
CREATE POLICY distributor_updates ON business_plan FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON business_plan TO tailrace_worker",
    """
CREATE POLICY worker_reads ON business_plan FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE commission_approval ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE commission_approval FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON commission_approval TO tailrace_vendor",
    "GRANT INSERT ON commission_approval TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON commission_approval FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON commission_approval FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND approved_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    "GRANT SELECT ON commission_approval TO tailrace_worker",
    """
CREATE POLICY worker_reads ON commission_approval FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE incentive_reseller ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE incentive_reseller FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON incentive_reseller TO tailrace_vendor",
    "GRANT INSERT ON incentive_reseller TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON incentive_reseller FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON incentive_reseller FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND num_nonnulls(merge_id, recorded, replaced) = 0)
""",
    """
GRANT SELECT (vendor_id, id, list_id, agreement_id, distributor_id, reseller_id, recorded, replaced) ON incentive_reseller TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON incentive_reseller FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON incentive_reseller TO tailrace_worker",
    "GRANT INSERT ON incentive_reseller TO tailrace_worker",
    "GRANT UPDATE (recorded, replaced) ON incentive_reseller TO tailrace_worker",
    """
CREATE POLICY worker_reads ON incentive_reseller FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON incentive_reseller FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON incentive_reseller FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE inventory_standard ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE inventory_standard FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON inventory_standard TO tailrace_vendor",
    "GRANT INSERT ON inventory_standard TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON inventory_standard FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON inventory_standard FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, agreement_id, distributor_id, effective_from, place, product_id, family, basis, least, most, set_at) ON inventory_standard TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON inventory_standard FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON inventory_standard TO tailrace_worker",
    """
CREATE POLICY worker_reads ON inventory_standard FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_reads ON party_link FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND party_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_updates ON party_link FOR UPDATE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND party_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND party_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_reads ON party_link FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND party_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_updates ON party_link FOR UPDATE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND party_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND party_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "ALTER TABLE party_merge_change ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE party_merge_change FORCE ROW LEVEL SECURITY",
    "GRANT SELECT (vendor_id, merge_id, row_kind, agreement_id) ON party_merge_change TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON party_merge_change FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON party_merge_change TO tailrace_worker",
    "GRANT INSERT ON party_merge_change TO tailrace_worker",
    """
CREATE POLICY worker_reads ON party_merge_change FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON party_merge_change FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE party_merge_part ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE party_merge_part FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON party_merge_part TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON party_merge_part FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON party_merge_part TO tailrace_worker",
    "GRANT INSERT ON party_merge_part TO tailrace_worker",
    "GRANT UPDATE (undone_knowledge) ON party_merge_part TO tailrace_worker",
    """
CREATE POLICY worker_reads ON party_merge_part FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON party_merge_part FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON party_merge_part FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON reseller_authorization FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON reseller_obligation FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE scorecard_weights ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE scorecard_weights FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON scorecard_weights TO tailrace_vendor",
    "GRANT INSERT ON scorecard_weights TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON scorecard_weights FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON scorecard_weights FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, agreement_id, distributor_id, effective_from, version, weights, days, set_at) ON scorecard_weights TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON scorecard_weights FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON scorecard_weights TO tailrace_worker",
    """
CREATE POLICY worker_reads ON scorecard_weights FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON segment_member FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON segment_member FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON segment_member FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON account FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE business_plan_version ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE business_plan_version FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON business_plan_version TO tailrace_vendor",
    "GRANT INSERT ON business_plan_version TO tailrace_vendor",
    "GRANT UPDATE (status, answered_at, reason) ON business_plan_version TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON business_plan_version FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON business_plan_version FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND side = 'VENDOR' AND status = 'PROPOSED' AND answered_at IS NULL)
""",
    """
CREATE POLICY vendor_updates ON business_plan_version FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (status = 'SUPERSEDED' OR (side = 'VENDOR' AND status = 'WITHDRAWN') OR (side = 'DISTRIBUTOR' AND status IN ('AGREED', 'COUNTERED', 'REJECTED'))))
""",
    "GRANT SELECT ON business_plan_version TO tailrace_distributor",
    "GRANT INSERT ON business_plan_version TO tailrace_distributor",
    "GRANT UPDATE (status, answered_at, reason) ON business_plan_version TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON business_plan_version FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON business_plan_version FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND side = 'DISTRIBUTOR' AND status = 'PROPOSED' AND answered_at IS NULL)
""",
    """
CREATE POLICY distributor_updates ON business_plan_version FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (status = 'SUPERSEDED' OR (side = 'DISTRIBUTOR' AND status = 'WITHDRAWN') OR (side = 'VENDOR' AND status IN ('AGREED', 'COUNTERED', 'REJECTED'))))
""",
    "GRANT SELECT ON business_plan_version TO tailrace_worker",
    """
CREATE POLICY worker_reads ON business_plan_version FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON certification FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE commission_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE commission_line FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON commission_line TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON commission_line FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, statement_id, position, reseller_id, product_id, sold_on, quantity, told_amount, told_share_minor, deal_id, assignment_id) ON commission_line TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON commission_line FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON commission_line TO tailrace_worker",
    "GRANT INSERT ON commission_line TO tailrace_worker",
    "GRANT DELETE ON commission_line TO tailrace_worker",
    """
CREATE POLICY worker_reads ON commission_line FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON commission_line FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON commission_line FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON credit_terms FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON credit_terms FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON distributor_enrollment FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON enablement_activity FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON enablement_activity FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON onboarding_completion FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON onboarding_completion FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE plan_review ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE plan_review FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON plan_review TO tailrace_vendor",
    "GRANT INSERT ON plan_review TO tailrace_vendor",
    "GRANT UPDATE (acknowledged_at) ON plan_review TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON plan_review FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON plan_review FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND side = 'VENDOR' AND num_nonnulls(figures, known_at, acknowledged_at) = 0)
""",
    """
CREATE POLICY vendor_updates ON plan_review FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND side = 'DISTRIBUTOR' AND acknowledged_at IS NULL) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND side = 'DISTRIBUTOR')
""",
    "GRANT SELECT ON plan_review TO tailrace_distributor",
    "GRANT INSERT ON plan_review TO tailrace_distributor",
    "GRANT UPDATE (acknowledged_at) ON plan_review TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON plan_review FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON plan_review FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND side = 'DISTRIBUTOR' AND num_nonnulls(figures, known_at, acknowledged_at) = 0)
""",
    """
CREATE POLICY distributor_updates ON plan_review FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND side = 'VENDOR' AND acknowledged_at IS NULL) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND side = 'VENDOR')
""",
    "GRANT SELECT ON plan_review TO tailrace_worker",
    "GRANT UPDATE (figures, known_at) ON plan_review TO tailrace_worker",
    """
CREATE POLICY worker_reads ON plan_review FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON plan_review FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND figures IS NULL) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON special_price FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE plan_activity ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE plan_activity FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON plan_activity TO tailrace_vendor",
    "GRANT INSERT ON plan_activity TO tailrace_vendor",
    "GRANT UPDATE (status, due_on, done_on, note, version) ON plan_activity TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON plan_activity FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON plan_activity FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON plan_activity FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND side = 'VENDOR') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND side = 'VENDOR')
""",
    "GRANT SELECT ON plan_activity TO tailrace_distributor",
    "GRANT INSERT ON plan_activity TO tailrace_distributor",
    "GRANT UPDATE (status, due_on, done_on, note, version) ON plan_activity TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON plan_activity FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON plan_activity FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_updates ON plan_activity FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND side = 'DISTRIBUTOR') WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND side = 'DISTRIBUTOR')
""",
    "GRANT SELECT ON plan_activity TO tailrace_worker",
    """
CREATE POLICY worker_reads ON plan_activity FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE statement_standing ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE statement_standing FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON statement_standing TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON statement_standing FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON statement_standing TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON statement_standing FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON statement_standing TO tailrace_worker",
    "GRANT INSERT ON statement_standing TO tailrace_worker",
    """
CREATE POLICY worker_reads ON statement_standing FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON statement_standing FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "REVOKE ALL ON alias FROM tailrace_worker",
    "REVOKE ALL ON deal FROM tailrace_worker",
    "REVOKE ALL ON fund FROM tailrace_distributor",
    "REVOKE ALL ON fund FROM tailrace_reseller",
    "REVOKE ALL ON fund FROM tailrace_vendor",
    "REVOKE ALL ON knowledge FROM tailrace_distributor",
    "REVOKE ALL ON partner_invitation FROM tailrace_distributor",
    "REVOKE ALL ON partner_invitation FROM tailrace_vendor",
    "REVOKE ALL ON party FROM tailrace_worker",
    "REVOKE ALL ON report_row FROM tailrace_worker",
    "REVOKE ALL ON reseller_authorization FROM tailrace_worker",
    "REVOKE ALL ON sell_out_line FROM tailrace_worker",
    "REVOKE ALL ON sell_through_line FROM tailrace_worker",
    "REVOKE ALL ON submission FROM tailrace_reseller",
    "REVOKE ALL ON submission FROM tailrace_vendor",
    "REVOKE ALL ON submission FROM tailrace_worker",
    "REVOKE ALL ON submission_issue FROM tailrace_worker",
    "GRANT SELECT ON submission TO tailrace_worker",
    """
GRANT UPDATE (status, progress, started_at, processed_at, rows_received, rows_accepted, rows_held, rows_rejected, rows_duplicate, rows_conflict, rows_superseded, corrected_lines, detected, disclosed_detected, acknowledgement, failure_code, failure_message, disclosed_failure_message, redacted_at, filename) ON submission TO tailrace_worker
""",
    "GRANT SELECT ON report_row TO tailrace_worker",
    "GRANT INSERT ON report_row TO tailrace_worker",
    """
GRANT UPDATE (outcome, waits_for, waived, settled_at, end_customer, received, disclosed_received, document_number, product_code, reseller_account, unit) ON report_row TO tailrace_worker
""",
    "GRANT MAINTAIN ON report_row TO tailrace_worker",
    "GRANT DELETE ON report_row TO tailrace_worker",
    "GRANT SELECT ON alias TO tailrace_worker",
    "GRANT INSERT ON alias TO tailrace_worker",
    """
GRANT UPDATE (undone_at, released_rows, returned_rows, authorization_id, reseller_id) ON alias TO tailrace_worker
""",
    "GRANT UPDATE (redacted_at, redacted_sha256) ON report_file TO tailrace_worker",
    """
GRANT SELECT (vendor_id, id, party_id, kind, distributor_id, party_name, country, vendor_name, email, invited_by, invited_by_name, created_at, sent_at, expires_at, accepted_at, withdrawn_at, confirmation, confirmation_reason, confirmed_by, confirmed_by_name, confirmed_at) ON partner_invitation TO tailrace_vendor
""",
    "GRANT INSERT ON partner_invitation TO tailrace_vendor",
    """
GRANT UPDATE (token_hash, sent_at, expires_at, withdrawn_at, invited_by, invited_by_name, confirmation, confirmation_reason, confirmed_by, confirmed_by_name, confirmed_at) ON partner_invitation TO tailrace_vendor
""",
    "GRANT UPDATE (authorization_id, reseller_id) ON account TO tailrace_worker",
    """
GRANT SELECT (vendor_id, id, party_id, distributor_id, expires_at, accepted_at, withdrawn_at, email, confirmation) ON partner_invitation TO tailrace_worker
""",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, reseller_id, kind, name, currency, starts_on, expires_on, accrues_per, accruals, reimbursement_share, claim_days, approves_up_to_minor, approves_in_month_minor, accrued_minor, granted_minor, reserved_minor, paid_minor, expired_minor, shortfall_minor, entries, version, created_at) ON fund TO tailrace_distributor
""",
    "GRANT UPDATE (content) ON report_chunk TO tailrace_worker",
    "GRANT SELECT (vendor_id, id, distributor_id, disclosed_cause, known_at) ON knowledge TO tailrace_distributor",
    "GRANT SELECT ON party TO tailrace_worker",
    "GRANT UPDATE (disclosed, merged_into) ON party TO tailrace_worker",
    "GRANT SELECT ON credit_terms TO tailrace_worker",
    "GRANT UPDATE (reseller_id) ON credit_terms TO tailrace_worker",
    "GRANT SELECT ON deal TO tailrace_worker",
    """
GRANT UPDATE (status, protected_from, protected_until, protected_at_most, extensions_left, extension_days, decision_reason, closed_on, version, reviewed_at, waits_for, reminded_for, name) ON deal TO tailrace_worker
""",
    "GRANT SELECT ON fund TO tailrace_vendor",
    "GRANT INSERT ON fund TO tailrace_vendor",
    """
GRANT UPDATE (accrued_minor, granted_minor, reserved_minor, paid_minor, expired_minor, shortfall_minor, entries, name, expires_on, accruals, reimbursement_share, claim_days, approves_up_to_minor, approves_in_month_minor, version) ON fund TO tailrace_vendor
""",
    "GRANT SELECT ON onboarding_completion TO tailrace_worker",
    "GRANT UPDATE (reseller_id, by_authorization_id) ON onboarding_completion TO tailrace_worker",
    "GRANT SELECT ON sell_through_line TO tailrace_worker",
    "GRANT INSERT ON sell_through_line TO tailrace_worker",
    """
GRANT UPDATE (replaced, superseded, corrected_by, end_customer, disclosed_end_customer) ON sell_through_line TO tailrace_worker
""",
    "GRANT MAINTAIN ON sell_through_line TO tailrace_worker",
    "GRANT DELETE ON distributor_enrollment TO tailrace_worker",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, reseller_id, kind, name, currency, starts_on, expires_on, accrues_per, accruals, reimbursement_share, claim_days, approves_up_to_minor, approves_in_month_minor, accrued_minor, granted_minor, reserved_minor, paid_minor, expired_minor, shortfall_minor, entries, version, created_at) ON fund TO tailrace_reseller
""",
    """
GRANT SELECT (vendor_id, id, reseller_id, enrollment_id, kind, mode, format, status, period_start, period_end, organization_id, file_id, filename, sha256, byte_size, submitted_by, previewed_by, corrected_lines, received_at, started_at, processed_at, rows_received, rows_accepted, rows_held, rows_rejected, rows_duplicate, rows_conflict, rows_superseded, progress, detected, acknowledgement, failure_code, failure_message, redacted_at) ON submission TO tailrace_reseller
""",
    "GRANT INSERT ON submission TO tailrace_reseller",
    "GRANT UPDATE (status) ON submission TO tailrace_reseller",
    "GRANT SELECT ON enablement_activity TO tailrace_worker",
    "GRANT UPDATE (reseller_id, authorization_id) ON enablement_activity TO tailrace_worker",
    "GRANT SELECT ON reseller_obligation TO tailrace_worker",
    "GRANT SELECT ON reseller_authorization TO tailrace_worker",
    "GRANT INSERT ON reseller_authorization TO tailrace_worker",
    """
GRANT UPDATE (status, suspended_by, suspension_reason, version, planned_status, planned_on, planned_by, planned_reason, accounts, reseller_id, disclosed_reseller_id, reseller_name, reseller_country, reseller_region, partner_type) ON reseller_authorization TO tailrace_worker
""",
    "GRANT UPDATE (end_customer) ON special_price TO tailrace_worker",
    """
GRANT SELECT (vendor_id, id, party_id, kind, distributor_id, party_name, country, vendor_name, email, invited_by, invited_by_name, created_at, sent_at, expires_at, accepted_at, withdrawn_at, confirmation, confirmation_reason) ON partner_invitation TO tailrace_distributor
""",
    "GRANT INSERT ON partner_invitation TO tailrace_distributor",
    """
GRANT UPDATE (token_hash, sent_at, expires_at, withdrawn_at, invited_by, invited_by_name) ON partner_invitation TO tailrace_distributor
""",
    "GRANT SELECT ON benefit TO tailrace_worker",
    "GRANT SELECT ON segment_member TO tailrace_worker",
    "GRANT INSERT ON segment_member TO tailrace_worker",
    "GRANT DELETE ON segment_member TO tailrace_worker",
    "GRANT SELECT (vendor_id, id) ON segment TO tailrace_worker",
    "GRANT SELECT ON submission_issue TO tailrace_worker",
    "GRANT INSERT ON submission_issue TO tailrace_worker",
    "GRANT UPDATE (settled_at, value, disclosed_value) ON submission_issue TO tailrace_worker",
    "GRANT DELETE ON submission_issue TO tailrace_worker",
    "GRANT SELECT (organization_id, id, vendor_id, level, before, after) ON audit_event TO tailrace_worker",
    "GRANT UPDATE (before, after) ON audit_event TO tailrace_worker",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, kind, mode, format, status, period_start, period_end, organization_id, file_id, filename, sha256, byte_size, submitted_by, previewed_by, corrected_lines, received_at, started_at, processed_at, rows_received, rows_accepted, rows_held, rows_rejected, rows_duplicate, rows_conflict, rows_superseded, progress, disclosed_profile_id, disclosed_profile_version, disclosed_detected, acknowledgement, failure_code, disclosed_failure_message, redacted_at) ON submission TO tailrace_vendor
""",
    "GRANT INSERT ON submission TO tailrace_vendor",
    "GRANT UPDATE (status) ON submission TO tailrace_vendor",
    "GRANT UPDATE (reseller_id, authorization_id, holder, holder_key) ON certification TO tailrace_worker",
    "GRANT SELECT ON sell_out_line TO tailrace_worker",
    "GRANT INSERT ON sell_out_line TO tailrace_worker",
    "GRANT UPDATE (replaced, superseded, corrected_by, end_customer) ON sell_out_line TO tailrace_worker",
    "GRANT SELECT ON program_fit TO tailrace_worker",
    "ALTER TABLE sell_through_line NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_reseller_day NO FORCE ROW LEVEL SECURITY",
    """
INSERT INTO sell_through_reseller_day (vendor_id, day, distributor_id, reseller_id, agreement_id, disclosed_reseller_id, units, returned_units, lines)
SELECT vendor_id, counts_on, distributor_id, reseller_id, agreement_id, disclosed_reseller_id, sum(quantity), sum(CASE WHEN sale_type = 'CREDIT_AND_REBILL' THEN 0 WHEN component < 0 THEN -greatest(quantity, 0) ELSE greatest(-quantity, 0) END), count(*)
FROM sell_through_line
WHERE superseded IS NULL AND sale_type IN ('SALE', 'RETURN', 'DROP_SHIPMENT', 'CREDIT_AND_REBILL')
GROUP BY 1, 2, 3, 4, 5, 6
""",
    "ALTER TABLE sell_through_line FORCE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_reseller_day FORCE ROW LEVEL SECURITY",
    "ALTER TABLE statement NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE statement_standing NO FORCE ROW LEVEL SECURITY",
    """
INSERT INTO statement_standing (vendor_id, statement_id, agreement_id, distributor_id, known_at, status, revision, entitled_minor, settled_minor, payable_minor)
SELECT vendor_id, id, agreement_id, distributor_id, coalesce(credited_at, approved_at, calculated_at), status, revision, entitled_minor, settled_minor, payable_minor
FROM statement
WHERE payable_minor IS NOT NULL
""",
    "ALTER TABLE statement FORCE ROW LEVEL SECURITY",
    "ALTER TABLE statement_standing FORCE ROW LEVEL SECURITY",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
