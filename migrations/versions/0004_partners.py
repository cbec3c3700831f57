"""Partners serve themselves: people, invitations, deals, funds, alerts, webhooks, audit; and the rest of the money."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    "DROP FUNCTION act_for(text, text, text, text)",
    "DROP INDEX ix_reseller_authorization_vendor_id_agreement_id_resell_ddb8",
    "DROP INDEX ix_reseller_authorization_vendor_id_distributor_id",
    "DROP POLICY vendor_reads ON audit_event",
    "DROP POLICY vendor_inserts ON audit_event",
    "DROP POLICY distributor_reads ON audit_event",
    "DROP POLICY distributor_inserts ON audit_event",
    "DROP POLICY reseller_reads ON audit_event",
    "DROP POLICY reseller_inserts ON audit_event",
    "DROP POLICY vendor_inserts ON approval_threshold",
    "DROP POLICY vendor_updates ON approval_threshold",
    "DROP POLICY vendor_inserts ON statement_run",
    "DROP POLICY vendor_inserts ON commitment_settlement",
    "DROP POLICY vendor_inserts ON incentive_term",
    "DROP POLICY vendor_inserts ON special_price",
    "DROP POLICY vendor_inserts ON stock_credit_act",
    "DROP POLICY distributor_inserts ON stock_credit_act",
    "DROP POLICY vendor_inserts ON worked_example",
    "DROP POLICY vendor_updates ON worked_example",
    "DROP POLICY distributor_inserts ON worked_example",
    "DROP POLICY distributor_updates ON worked_example",
    "DROP POLICY vendor_inserts ON advance",
    "DROP POLICY vendor_inserts ON debit_claim_act",
    "DROP POLICY distributor_inserts ON debit_claim_act",
    "DROP POLICY vendor_inserts ON gate_proof",
    "DROP POLICY vendor_inserts ON statement_decision",
    "DROP POLICY distributor_inserts ON statement_decision",
    "ALTER TABLE benefit DROP CONSTRAINT uq_benefit_vendor_id_program_id_name",
    "ALTER TABLE alert DROP CONSTRAINT uq_alert_vendor_id_subject_kind_audience",
    "ALTER TABLE alert DROP CONSTRAINT ck_alert_kind",
    "ALTER TABLE inventory_count ADD COLUMN counts_on DATE",
    "ALTER TABLE inventory_count ADD COLUMN counts_until DATE",
    "ALTER TABLE sell_in_day SET (fillfactor = 50)",
    "ALTER TABLE sell_through_day SET (fillfactor = 50)",
    "ALTER TABLE sell_through_month SET (fillfactor = 50)",
    "ALTER TABLE sell_through_reseller_month SET (fillfactor = 50)",
    "ALTER TABLE stock_movement ADD COLUMN counts_on DATE",
    "ALTER TABLE stock_movement ADD COLUMN counts_until DATE",
    "ALTER TABLE audit_event ADD COLUMN level TEXT",
    """
ALTER TABLE audit_event ADD CONSTRAINT ck_audit_event_level CHECK (level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER'))
""",
    "ALTER TABLE oauth_client ADD COLUMN last_used_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE oauth_client ADD COLUMN known_to UUID[] DEFAULT '{}' NOT NULL",
    "ALTER TABLE membership ADD COLUMN name TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE membership ADD COLUMN email TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE membership ADD COLUMN invitation_id UUID",
    "ALTER TABLE program ADD COLUMN review_months INTEGER[]",
    "ALTER TABLE program ADD COLUMN review_day INTEGER",
    "ALTER TABLE program ADD COLUMN grace_days INTEGER",
    "ALTER TABLE program ADD COLUMN promotion TEXT",
    "ALTER TABLE program ADD COLUMN demotion TEXT",
    "ALTER TABLE program ADD COLUMN reviews_since DATE",
    "ALTER TABLE program ADD COLUMN auto_status TEXT",
    "ALTER TABLE program ADD COLUMN auto_partner_types TEXT[] DEFAULT '{}' NOT NULL",
    "ALTER TABLE program ADD COLUMN auto_countries TEXT[] DEFAULT '{}' NOT NULL",
    "ALTER TABLE program ADD COLUMN version INTEGER DEFAULT 1 NOT NULL",
    "ALTER TABLE program ADD CONSTRAINT ck_program_promotion CHECK (promotion IN ('AT_ONCE', 'AT_REVIEWS'))",
    "ALTER TABLE program ADD CONSTRAINT ck_program_demotion CHECK (demotion IN ('ONE_TIER', 'TO_ATTAINED'))",
    "ALTER TABLE program ADD CONSTRAINT ck_program_auto_status CHECK (auto_status IN ('APPROVED', 'ACTIVE'))",
    """
ALTER TABLE program ADD CONSTRAINT ck_program_reviews_are_set_as_a_whole CHECK (num_nonnulls(review_months, review_day, grace_days, promotion, demotion, reviews_since) IN (0, 6))
""",
    "ALTER TABLE benefit ADD COLUMN opens TEXT",
    "ALTER TABLE benefit ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE",
    """
ALTER TABLE benefit ADD CONSTRAINT ck_benefit_opens CHECK (opens IN ('DEAL_REGISTRATION', 'MARKET_DEVELOPMENT_FUNDS', 'SPIFFS'))
""",
    "ALTER TABLE incentive_version ADD COLUMN affiliation_id UUID",
    "ALTER TABLE agreement_money_terms ADD COLUMN rotation_excludes JSONB",
    "ALTER TABLE agreement_money_terms ADD COLUMN advance_share BIGINT",
    "ALTER TABLE agreement_money_terms ADD COLUMN stock_min_weeks INTEGER",
    "ALTER TABLE agreement_money_terms ADD COLUMN stock_max_weeks INTEGER",
    """
ALTER TABLE agreement_money_terms ADD CONSTRAINT ck_agreement_money_terms_excludes_from_rotation CHECK (rotation_excludes IS NULL OR rotation_share IS NOT NULL)
""",
    """
ALTER TABLE agreement_money_terms ADD CONSTRAINT ck_agreement_money_terms_advance_share CHECK (advance_share BETWEEN 0 AND 10000000)
""",
    """
ALTER TABLE agreement_money_terms ADD CONSTRAINT ck_agreement_money_terms_stock_standard_whole CHECK ((stock_min_weeks IS NULL) = (stock_max_weeks IS NULL))
""",
    """
ALTER TABLE agreement_money_terms ADD CONSTRAINT ck_agreement_money_terms_stock_standard CHECK (stock_min_weeks >= 0 AND stock_max_weeks >= stock_min_weeks)
""",
    "ALTER TABLE alert ALTER COLUMN agreement_id DROP NOT NULL",
    "ALTER TABLE alert ALTER COLUMN distributor_id DROP NOT NULL",
    "ALTER TABLE alert ALTER COLUMN period_start DROP NOT NULL",
    "ALTER TABLE alert ALTER COLUMN period_end DROP NOT NULL",
    "ALTER TABLE alert ADD COLUMN reseller_id UUID",
    """
ALTER TABLE alert ADD COLUMN owner_id UUID GENERATED ALWAYS AS (CASE audience WHEN 'DISTRIBUTOR' THEN distributor_id WHEN 'RESELLER' THEN reseller_id ELSE vendor_id END) STORED NOT NULL
""",
    "ALTER TABLE alert ADD COLUMN facts TEXT[] DEFAULT '{}' NOT NULL",
    "ALTER TABLE alert ADD COLUMN person_id UUID",
    "ALTER TABLE alert ADD COLUMN assignee_id UUID",
    "ALTER TABLE alert ADD COLUMN assignee TEXT",
    """
ALTER TABLE alert ADD CONSTRAINT uq_alert_vendor_id_subject_kind_audience_owner_id UNIQUE (vendor_id, subject, kind, audience, owner_id)
""",
    """
ALTER TABLE alert ADD CONSTRAINT ck_alert_of_a_distributor CHECK (audience <> 'DISTRIBUTOR' OR reseller_id IS NULL)
""",
    """
ALTER TABLE alert ADD CONSTRAINT ck_alert_of_a_reseller CHECK (audience <> 'RESELLER' OR num_nonnulls(agreement_id, distributor_id) = 0)
""",
    """
ALTER TABLE alert ADD CONSTRAINT ck_alert_agreement_has_distributor CHECK (agreement_id IS NULL OR distributor_id IS NOT NULL)
""",
    "ALTER TABLE alert ADD CONSTRAINT ck_alert_whole_period CHECK ((period_start IS NULL) = (period_end IS NULL))",
    """
ALTER TABLE alert ADD CONSTRAINT ck_alert_assignee_has_name CHECK ((assignee_id IS NULL) = (assignee IS NULL))
""",
    """
ALTER TABLE alert ADD CONSTRAINT ck_alert_kind CHECK (kind IN ('REPORT_DUE', 'REPORT_LATE', 'REPORT_MISSING', 'PRICE_MISSING', 'PRICE_UNUSUAL', 'AMOUNT_DIFFERS', 'RESELLER_NOT_AUTHORIZED', 'MORE_SOLD_THAN_STOCK', 'SERIAL_SOLD_TWICE', 'SERIAL_SOLD_BY_TWO', 'SERIAL_OUTSIDE_TERRITORY', 'STOCK_VARIANCE', 'STATEMENT_TO_APPROVE', 'CLAIM_TO_DECIDE', 'DEDUCTION_UNMATCHED', 'SUBMISSION_FAILED', 'ENROLLMENT_TO_DECIDE', 'TIER_CHANGED', 'DOCUMENT_EXPIRING', 'CERTIFICATION_EXPIRING', 'DEAL_TO_DECIDE', 'DEAL_EXPIRING', 'FUND_TO_DECIDE', 'FUND_EXPIRING', 'AFFILIATION_PROPOSED', 'LINE_CONTESTED', 'PARTNER_LINKED', 'WEBHOOK_DISABLED'))
""",
    "ALTER TABLE enrollment ADD COLUMN pinned_until DATE",
    "ALTER TABLE enrollment ADD COLUMN planned_status TEXT",
    "ALTER TABLE enrollment ADD COLUMN planned_on DATE",
    "ALTER TABLE enrollment ADD COLUMN planned_reason TEXT",
    """
ALTER TABLE enrollment ADD CONSTRAINT ck_enrollment_planned_status CHECK (planned_status IN ('SUSPENDED', 'ACTIVE'))
""",
    """
ALTER TABLE enrollment ADD CONSTRAINT ck_enrollment_planned_as_a_whole CHECK (num_nonnulls(planned_status, planned_on, planned_reason) IN (0, 3))
""",
    "ALTER TABLE incentive_term ADD COLUMN affiliation_id UUID",
    "ALTER TABLE incentive_term ADD COLUMN affiliates_left_on DATE",
    "ALTER TABLE party_link ADD COLUMN ended_because TEXT",
    "ALTER TABLE party_link ADD COLUMN invitation_id UUID",
    "ALTER TABLE reseller_authorization ADD COLUMN planned_status TEXT",
    "ALTER TABLE reseller_authorization ADD COLUMN planned_on DATE",
    "ALTER TABLE reseller_authorization ADD COLUMN planned_by TEXT",
    "ALTER TABLE reseller_authorization ADD COLUMN planned_reason TEXT",
    """
ALTER TABLE reseller_authorization ADD CONSTRAINT ck_reseller_authorization_planned_status CHECK (planned_status IN ('SUSPENDED', 'ACTIVE'))
""",
    """
ALTER TABLE reseller_authorization ADD CONSTRAINT ck_reseller_authorization_planned_by CHECK (planned_by IN ('VENDOR', 'DISTRIBUTOR'))
""",
    """
ALTER TABLE reseller_authorization ADD CONSTRAINT ck_reseller_authorization_planned_as_a_whole CHECK (num_nonnulls(planned_status, planned_on, planned_by, planned_reason) IN (0, 4))
""",
    """
ALTER TABLE transfer ADD COLUMN posted_month DATE GENERATED ALWAYS AS (date_trunc('month', posted_on::timestamp)::date) STORED NOT NULL
""",
    "ALTER TABLE accrual ADD COLUMN came_to_minor BIGINT DEFAULT 0 NOT NULL",
    "ALTER TABLE accrual ADD COLUMN paid_on BIGINT DEFAULT 0 NOT NULL",
    "ALTER TABLE enrollment_event ADD COLUMN decided_by TEXT DEFAULT 'VENDOR' NOT NULL",
    """
ALTER TABLE enrollment_event ADD CONSTRAINT ck_enrollment_event_decided_by CHECK (decided_by IN ('VENDOR', 'RESELLER', 'RULE'))
""",
    "ALTER TABLE special_price ADD COLUMN deal_id UUID",
    "ALTER TABLE statement ADD COLUMN brought JSONB",
    "ALTER TABLE statement ADD COLUMN came_to_minor BIGINT",
    "ALTER TABLE statement ADD COLUMN paid_on BIGINT",
    "ALTER TABLE advance ADD COLUMN approvals_needed INTEGER",
    "ALTER TABLE advance ADD COLUMN approved BOOLEAN",
    "ALTER TABLE advance ADD COLUMN reason TEXT",
    "ALTER TABLE advance ADD COLUMN decided_by TEXT",
    "ALTER TABLE advance ADD COLUMN decided_by_name TEXT",
    "ALTER TABLE advance ADD COLUMN decided_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE advance ADD COLUMN refused TEXT",
    "ALTER TABLE advance NO FORCE ROW LEVEL SECURITY",
    "UPDATE advance SET approvals_needed = 1 WHERE posted_at IS NOT NULL",
    "ALTER TABLE advance FORCE ROW LEVEL SECURITY",
    "ALTER TABLE advance ADD CONSTRAINT ck_advance_approved_by_somebody_else CHECK (decided_by <> recorded_by)",
    """
ALTER TABLE advance ADD CONSTRAINT ck_advance_decided_whole CHECK (num_nulls(approved, decided_by, decided_by_name, decided_at) IN (0, 4))
""",
    """
ALTER TABLE advance ADD CONSTRAINT ck_advance_approved_before_it_is_paid CHECK (posted_at IS NULL OR approvals_needed = 1 OR approved)
""",
    "ALTER TABLE submission_issue SET (fillfactor = 50)",
    """
CREATE TABLE digest_subscription (
	organization_id UUID NOT NULL,
	user_id UUID NOT NULL,
	level TEXT NOT NULL,
	time_zone TEXT NOT NULL,
	hour SMALLINT NOT NULL,
	last_day DATE,
	set_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_digest_subscription PRIMARY KEY (organization_id, user_id, level),
	CONSTRAINT fk_digest_subscription_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id),
	CONSTRAINT fk_digest_subscription_user_id FOREIGN KEY(user_id) REFERENCES user_account (id),
	CONSTRAINT ck_digest_subscription_level CHECK (level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_digest_subscription_hour CHECK (hour BETWEEN 0 AND 23)
)
""",
    """
CREATE TABLE invitation (
	organization_id UUID NOT NULL,
	id UUID NOT NULL,
	level TEXT NOT NULL,
	email TEXT NOT NULL,
	roles TEXT[] NOT NULL,
	token_hash TEXT NOT NULL,
	invited_by UUID NOT NULL,
	invited_by_name TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	accepted_at TIMESTAMP WITH TIME ZONE,
	accepted_by UUID,
	withdrawn_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_invitation PRIMARY KEY (organization_id, id),
	CONSTRAINT fk_invitation_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id),
	CONSTRAINT ck_invitation_level CHECK (level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_invitation_has_a_role CHECK (cardinality(roles) > 0),
	CONSTRAINT ck_invitation_accepted_by_somebody CHECK ((accepted_at IS NULL) = (accepted_by IS NULL))
)
""",
    """
CREATE TABLE mail_message (
	organization_id UUID NOT NULL,
	id UUID NOT NULL,
	recipient TEXT NOT NULL,
	subject TEXT NOT NULL,
	content TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	sent_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_mail_message PRIMARY KEY (organization_id, id),
	CONSTRAINT fk_mail_message_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id),
	CONSTRAINT ck_mail_message_text_until_it_is_sent CHECK ((content IS NULL) = (sent_at IS NOT NULL))
)
""",
    """
CREATE TABLE webhook (
	organization_id UUID NOT NULL,
	id UUID NOT NULL,
	level TEXT NOT NULL,
	url TEXT NOT NULL,
	events TEXT[] NOT NULL,
	secret TEXT NOT NULL,
	previous_secret TEXT,
	previous_until TIMESTAMP WITH TIME ZONE,
	rotated_at TIMESTAMP WITH TIME ZONE,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	version INTEGER NOT NULL,
	disabled_at TIMESTAMP WITH TIME ZONE,
	disabled_because TEXT,
	failing_since TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_webhook PRIMARY KEY (organization_id, id),
	CONSTRAINT fk_webhook_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id),
	CONSTRAINT ck_webhook_level CHECK (level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_webhook_disabled_because CHECK (disabled_because IN ('OWNER', 'FAILING', 'GONE')),
	CONSTRAINT ck_webhook_disabled_because_of_something CHECK ((disabled_at IS NULL) = (disabled_because IS NULL)),
	CONSTRAINT ck_webhook_previous_secret_ends CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
)
""",
    """
CREATE TABLE affiliation (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	purpose TEXT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	in_force_since DATE,
	ended_on DATE,
	dissolved_at TIMESTAMP WITH TIME ZONE,
	dissolved_by TEXT,
	dissolved_because TEXT,
	CONSTRAINT pk_affiliation PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_affiliation_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_affiliation_dissolved_by_somebody CHECK (num_nonnulls(dissolved_at, dissolved_by, dissolved_because) IN (0, 3))
)
""",
    """
CREATE TABLE deal_terms (
	vendor_id UUID NOT NULL,
	days INTEGER NOT NULL,
	extensions INTEGER NOT NULL,
	extension_days INTEGER NOT NULL,
	remind_days INTEGER NOT NULL,
	currency TEXT,
	approves_up_to_minor BIGINT,
	review_hours INTEGER NOT NULL,
	checks_one_in INTEGER NOT NULL,
	version INTEGER NOT NULL,
	CONSTRAINT pk_deal_terms PRIMARY KEY (vendor_id),
	CONSTRAINT fk_deal_terms_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_deal_terms_days CHECK (days > 0 AND extensions >= 0 AND extension_days > 0 AND remind_days >= 0),
	CONSTRAINT ck_deal_terms_a_limit_has_a_currency CHECK ((currency IS NULL) = (approves_up_to_minor IS NULL)),
	CONSTRAINT ck_deal_terms_limits CHECK (approves_up_to_minor >= 0 AND review_hours >= 0 AND checks_one_in >= 0)
)
""",
    """
CREATE TABLE payout (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	amount_minor BIGINT,
	claims INTEGER,
	created_by TEXT NOT NULL,
	created_by_id UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	payment_reference TEXT,
	paid_by TEXT,
	paid_by_id UUID,
	paid_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_payout PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_payout_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_payout_status CHECK (status IN ('GATHERING', 'OPEN', 'EMPTY', 'PAID')),
	CONSTRAINT ck_payout_gathered CHECK ((status = 'GATHERING') = (amount_minor IS NULL)),
	CONSTRAINT ck_payout_counted CHECK ((amount_minor IS NULL) = (claims IS NULL)),
	CONSTRAINT ck_payout_pays_something CHECK ((status IN ('OPEN', 'PAID')) = (coalesce(amount_minor, 0) > 0)),
	CONSTRAINT ck_payout_paid CHECK (num_nonnulls(payment_reference, paid_by, paid_by_id, paid_at) = CASE status WHEN 'PAID' THEN 4 ELSE 0 END),
	CONSTRAINT ck_payout_by_two_people CHECK (paid_by_id <> created_by_id)
)
""",
    """
CREATE TABLE spiff (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	description TEXT,
	audience TEXT NOT NULL,
	currency TEXT NOT NULL,
	per_unit BIGINT NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	days_to_claim INTEGER,
	cap_minor BIGINT,
	budget_minor BIGINT,
	reviewed BOOLEAN NOT NULL,
	product_ids UUID[] NOT NULL,
	families TEXT[] NOT NULL,
	partner_types TEXT[] NOT NULL,
	countries TEXT[] NOT NULL,
	distributor_ids UUID[] NOT NULL,
	created_by TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	version INTEGER DEFAULT 1 NOT NULL,
	CONSTRAINT pk_spiff PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_spiff_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_spiff_audience CHECK (audience IN ('RESELLER', 'DISTRIBUTOR')),
	CONSTRAINT ck_spiff_ends_after_it_starts CHECK (ends_on >= starts_on),
	CONSTRAINT ck_spiff_above_zero CHECK (per_unit > 0 AND cap_minor > 0 AND budget_minor > 0 AND days_to_claim >= 0)
)
""",
    """
CREATE TABLE webhook_delivery (
	organization_id UUID NOT NULL,
	id UUID NOT NULL,
	webhook_id UUID NOT NULL,
	level TEXT NOT NULL,
	vendor_id UUID,
	party_id UUID,
	event TEXT NOT NULL,
	subject TEXT NOT NULL,
	kind TEXT,
	happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	status TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	next_try_at TIMESTAMP WITH TIME ZONE,
	tried_at TIMESTAMP WITH TIME ZONE,
	delivered_at TIMESTAMP WITH TIME ZONE,
	response_code INTEGER,
	error TEXT,
	CONSTRAINT pk_webhook_delivery PRIMARY KEY (organization_id, id),
	CONSTRAINT fk_webhook_delivery_organization_id_webhook_id FOREIGN KEY(organization_id, webhook_id) REFERENCES webhook (organization_id, id) ON DELETE CASCADE,
	CONSTRAINT ck_webhook_delivery_level CHECK (level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_webhook_delivery_event CHECK (event IN ('alert.raised', 'submission.processed', 'submission.failed', 'statement.calculated', 'statement.approved', 'statement.credited', 'claim.decided', 'enrollment.changed', 'deal.decided', 'fund.decided', 'webhook.tested')),
	CONSTRAINT ck_webhook_delivery_status CHECK (status IN ('PENDING', 'DELIVERED', 'FAILED')),
	CONSTRAINT ck_webhook_delivery_pending_is_tried CHECK ((status = 'PENDING') = (next_try_at IS NOT NULL)),
	CONSTRAINT ck_webhook_delivery_delivered_at_a_moment CHECK ((status = 'DELIVERED') = (delivered_at IS NOT NULL))
)
""",
    """
CREATE TABLE affiliation_member (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	affiliation_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	name TEXT NOT NULL,
	purpose TEXT NOT NULL,
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	accepted_at TIMESTAMP WITH TIME ZONE,
	accepted_by TEXT,
	left_at TIMESTAMP WITH TIME ZONE,
	left_by TEXT,
	reason TEXT,
	in_force_since DATE,
	ended_on DATE,
	ended_because TEXT,
	CONSTRAINT pk_affiliation_member PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_affiliation_member_vendor_id_affiliation_id_distributor_id UNIQUE (vendor_id, affiliation_id, distributor_id),
	CONSTRAINT fk_affiliation_member_vendor_id_affiliation_id FOREIGN KEY(vendor_id, affiliation_id) REFERENCES affiliation (vendor_id, id),
	CONSTRAINT fk_affiliation_member_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_affiliation_member_accepted_by_somebody CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
	CONSTRAINT ck_affiliation_member_left_by_somebody CHECK ((left_at IS NULL) = (left_by IS NULL))
)
""",
    """
CREATE TABLE application_link (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	program_id UUID NOT NULL,
	kind TEXT NOT NULL,
	program_name TEXT NOT NULL,
	vendor_name TEXT NOT NULL,
	token TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_application_link PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_application_link_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id),
	CONSTRAINT ck_application_link_kind CHECK (kind IN ('DISTRIBUTOR', 'RESELLER'))
)
""",
    """
CREATE TABLE audit_notice (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	audience TEXT NOT NULL,
	distributor_id UUID,
	reseller_id UUID,
	act TEXT NOT NULL,
	subject TEXT NOT NULL,
	actor_level TEXT NOT NULL,
	actor_party_id UUID,
	happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_audit_notice PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_audit_notice_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT fk_audit_notice_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_audit_notice_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_audit_notice_vendor_id_actor_party_id FOREIGN KEY(vendor_id, actor_party_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_audit_notice_audience CHECK (audience IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_audit_notice_actor_level CHECK (actor_level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_audit_notice_of_a_distributor CHECK ((audience = 'DISTRIBUTOR') = (distributor_id IS NOT NULL)),
	CONSTRAINT ck_audit_notice_of_a_reseller CHECK ((audience = 'RESELLER') = (reseller_id IS NOT NULL)),
	CONSTRAINT ck_audit_notice_actor_is_a_party CHECK ((actor_level = 'VENDOR') = (actor_party_id IS NULL))
)
""",
    """
CREATE TABLE deal_customer (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	distributor_id UUID,
	name TEXT,
	domain TEXT,
	name_hash TEXT,
	domain_hash TEXT,
	CONSTRAINT pk_deal_customer PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_deal_customer_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT fk_deal_customer_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_deal_customer_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_deal_customer_can_be_compared CHECK (num_nonnulls(name_hash, domain_hash) > 0)
)
""",
    """
CREATE TABLE onboarding_step (
	vendor_id UUID NOT NULL,
	program_id UUID NOT NULL,
	position INTEGER NOT NULL,
	title TEXT NOT NULL,
	kind TEXT NOT NULL,
	by_level TEXT NOT NULL,
	required BOOLEAN NOT NULL,
	version TEXT,
	certification TEXT,
	audience TEXT NOT NULL,
	CONSTRAINT pk_onboarding_step PRIMARY KEY (vendor_id, program_id, position),
	CONSTRAINT uq_onboarding_step_vendor_id_program_id_title UNIQUE (vendor_id, program_id, title),
	CONSTRAINT fk_onboarding_step_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id),
	CONSTRAINT ck_onboarding_step_kind CHECK (kind IN ('TERMS_ACCEPTED', 'FLOW_DOWN_TERMS', 'PROFILE', 'TAX_REFERENCE', 'BANK_REFERENCE', 'DUE_DILIGENCE_DOCUMENT', 'TRAINING', 'FIRST_ORDER')),
	CONSTRAINT ck_onboarding_step_by_level CHECK (by_level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_onboarding_step_version CHECK ((kind IN ('TERMS_ACCEPTED', 'FLOW_DOWN_TERMS')) = (version IS NOT NULL)),
	CONSTRAINT ck_onboarding_step_certification CHECK (certification IS NULL OR kind = 'TRAINING')
)
""",
    """
CREATE TABLE partner_invitation (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	party_id UUID NOT NULL,
	kind TEXT NOT NULL,
	distributor_id UUID,
	party_name TEXT NOT NULL,
	country TEXT NOT NULL,
	vendor_name TEXT NOT NULL,
	email TEXT NOT NULL,
	token_hash TEXT NOT NULL,
	invited_by UUID NOT NULL,
	invited_by_name TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	accepted_at TIMESTAMP WITH TIME ZONE,
	accepted_by UUID,
	withdrawn_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_partner_invitation PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_partner_invitation_vendor_id_party_id FOREIGN KEY(vendor_id, party_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_partner_invitation_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_partner_invitation_kind CHECK (kind IN ('DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_partner_invitation_accepted_by_somebody CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
	CONSTRAINT ck_partner_invitation_distributors_invite_resellers CHECK (distributor_id IS NULL OR kind = 'RESELLER')
)
""",
    """
CREATE TABLE program_application (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	program_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	enrollment_id UUID NOT NULL,
	act TEXT NOT NULL,
	reason TEXT,
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	carried_out_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_program_application PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_program_application_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id),
	CONSTRAINT fk_program_application_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_program_application_act CHECK (act IN ('APPLY', 'WITHDRAW'))
)
""",
    """
CREATE TABLE program_fit (
	vendor_id UUID NOT NULL,
	program_id UUID NOT NULL,
	kind TEXT NOT NULL,
	partner_types TEXT[] NOT NULL,
	CONSTRAINT pk_program_fit PRIMARY KEY (vendor_id, program_id, kind),
	CONSTRAINT fk_program_fit_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id),
	CONSTRAINT ck_program_fit_kind CHECK (kind IN ('VOLUME_REBATE', 'GROWTH_REBATE', 'TARGET_BONUS', 'OPERATIONAL', 'LOGISTICS_ALLOWANCE', 'SPIFF', 'COMMISSION', 'MDF_ACCRUAL'))
)
""",
    """
CREATE TABLE required_certification (
	vendor_id UUID NOT NULL,
	program_id UUID NOT NULL,
	name TEXT NOT NULL,
	name_key TEXT NOT NULL,
	needed INTEGER NOT NULL,
	from_rank INTEGER NOT NULL,
	audience TEXT NOT NULL,
	CONSTRAINT pk_required_certification PRIMARY KEY (vendor_id, program_id, from_rank, name_key),
	CONSTRAINT fk_required_certification_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id),
	CONSTRAINT ck_required_certification_needed CHECK (needed > 0 AND from_rank >= 0),
	CONSTRAINT ck_required_certification_of_resellers CHECK (audience = 'RESELLER')
)
""",
    """
CREATE TABLE segment (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	description TEXT,
	partner_types TEXT[] NOT NULL,
	countries TEXT[] NOT NULL,
	program_id UUID,
	from_rank INTEGER,
	version INTEGER DEFAULT 1 NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_segment PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_segment_vendor_id_name UNIQUE (vendor_id, name),
	CONSTRAINT fk_segment_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id),
	CONSTRAINT ck_segment_a_tier_of_a_programme CHECK (from_rank IS NULL OR program_id IS NOT NULL)
)
""",
    """
CREATE TABLE spiff_rep (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	distributor_id UUID,
	reseller_id UUID,
	name TEXT,
	payout_reference TEXT,
	added_by_id UUID NOT NULL,
	added_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_spiff_rep PRIMARY KEY (vendor_id, id),
	CONSTRAINT ck_spiff_rep_one_owner CHECK (num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT fk_spiff_rep_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_spiff_rep_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT uq_spiff_rep_vendor_id_id_distributor_id UNIQUE (vendor_id, id, distributor_id),
	CONSTRAINT uq_spiff_rep_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT ck_spiff_rep_named_until_it_ends CHECK (ended_at IS NOT NULL OR num_nonnulls(name, payout_reference) = 2)
)
""",
    """
CREATE TABLE application (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	link_id UUID NOT NULL,
	kind TEXT NOT NULL,
	program_name TEXT NOT NULL,
	name TEXT NOT NULL,
	country TEXT NOT NULL,
	partner_type TEXT,
	email TEXT NOT NULL,
	status TEXT NOT NULL,
	submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	reason TEXT,
	party_id UUID,
	decided_by TEXT,
	decided_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_application PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_application_vendor_id_link_id FOREIGN KEY(vendor_id, link_id) REFERENCES application_link (vendor_id, id),
	CONSTRAINT fk_application_vendor_id_party_id FOREIGN KEY(vendor_id, party_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_application_kind CHECK (kind IN ('DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_application_partner_type CHECK (partner_type IN ('VAR', 'MSP', 'AGENT', 'CONSULTANT', 'RETAILER', 'SOLUTION_INTEGRATOR')),
	CONSTRAINT ck_application_status CHECK (status IN ('SUBMITTED', 'APPROVED', 'REFUSED')),
	CONSTRAINT ck_application_reseller_has_partner_type CHECK ((kind = 'RESELLER') = (partner_type IS NOT NULL)),
	CONSTRAINT ck_application_approved_is_recorded CHECK ((status = 'APPROVED') = (party_id IS NOT NULL)),
	CONSTRAINT ck_application_decided_at_some_time CHECK ((status = 'SUBMITTED') = (decided_at IS NULL))
)
""",
    """
CREATE TABLE compliance_document (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID,
	distributor_id UUID,
	reseller_id UUID,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	valid_until DATE,
	status TEXT NOT NULL,
	screening TEXT DEFAULT 'NOT_SCREENED' NOT NULL,
	reason TEXT,
	organization_id UUID NOT NULL,
	file_id UUID NOT NULL,
	filename TEXT NOT NULL,
	media_type TEXT NOT NULL,
	byte_size BIGINT NOT NULL,
	sha256 TEXT NOT NULL,
	added_at TIMESTAMP WITH TIME ZONE NOT NULL,
	decided_at TIMESTAMP WITH TIME ZONE,
	decided_by TEXT,
	CONSTRAINT pk_compliance_document PRIMARY KEY (vendor_id, id),
	CONSTRAINT ck_compliance_document_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT uq_compliance_document_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT uq_compliance_document_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_compliance_document_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_compliance_document_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_compliance_document_organization_id_file_id FOREIGN KEY(organization_id, file_id) REFERENCES report_file (organization_id, id),
	CONSTRAINT ck_compliance_document_kind CHECK (kind IN ('DUE_DILIGENCE', 'REGISTRATION', 'TAX', 'INSURANCE', 'TERMS', 'CERTIFICATE', 'OTHER')),
	CONSTRAINT ck_compliance_document_status CHECK (status IN ('SUBMITTED', 'VERIFIED', 'REJECTED', 'WITHDRAWN')),
	CONSTRAINT ck_compliance_document_screening CHECK (screening IN ('NOT_SCREENED', 'CLEAR', 'MATCH')),
	CONSTRAINT ck_compliance_document_rejected_for_a_reason CHECK ((status <> 'REJECTED') OR reason IS NOT NULL)
)
""",
    """
CREATE TABLE contested_line (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	agreement_id UUID,
	disclosed_reseller_id UUID,
	document_kind TEXT NOT NULL,
	document_number TEXT NOT NULL,
	document_line TEXT NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	component INTEGER NOT NULL,
	recorded BIGINT NOT NULL,
	reason TEXT NOT NULL,
	contested_by TEXT NOT NULL,
	contested_by_id UUID NOT NULL,
	contested_at TIMESTAMP WITH TIME ZONE NOT NULL,
	status TEXT NOT NULL,
	answer TEXT,
	closed_at TIMESTAMP WITH TIME ZONE,
	version INTEGER DEFAULT 1 NOT NULL,
	CONSTRAINT pk_contested_line PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_contested_line_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_contested_line_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_contested_line_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_contested_line_status CHECK (status IN ('OPEN', 'UPHELD', 'ACCEPTED', 'WITHDRAWN')),
	CONSTRAINT ck_contested_line_document_kind CHECK (document_kind IN ('INVOICE', 'CREDIT_NOTE')),
	CONSTRAINT ck_contested_line_open_or_closed CHECK ((status = 'OPEN') = (closed_at IS NULL)),
	CONSTRAINT ck_contested_line_upheld_for_a_reason CHECK (status <> 'UPHELD' OR answer IS NOT NULL),
	CONSTRAINT ck_contested_line_answered_or_not CHECK (answer IS NULL OR status IN ('UPHELD', 'ACCEPTED')),
	CONSTRAINT ck_contested_line_placed_as_a_whole CHECK ((agreement_id IS NULL) = (disclosed_reseller_id IS NULL))
)
""",
    """
CREATE TABLE deal (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	distributor_id UUID,
	agreement_id UUID,
	disclosed_distributor_id UUID,
	disclosed_agreement_id UUID,
	customer_id UUID NOT NULL,
	content INTEGER NOT NULL,
	name TEXT NOT NULL,
	status TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	expected_close_on DATE NOT NULL,
	registered_by TEXT NOT NULL,
	registered_by_id UUID NOT NULL,
	registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	reviewed_at TIMESTAMP WITH TIME ZONE,
	waits_for TEXT,
	decision_reason TEXT,
	protected_from DATE,
	protected_until DATE,
	protected_at_most DATE,
	extensions_left INTEGER DEFAULT 0 NOT NULL,
	extension_days INTEGER DEFAULT 0 NOT NULL,
	reminded_for DATE,
	won_on DATE,
	won_minor BIGINT,
	closed_on DATE,
	close_reason TEXT,
	version INTEGER DEFAULT 1 NOT NULL,
	CONSTRAINT pk_deal PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_deal_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT fk_deal_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_deal_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_deal_vendor_id_customer_id_reseller_id FOREIGN KEY(vendor_id, customer_id, reseller_id) REFERENCES deal_customer (vendor_id, id, reseller_id),
	CONSTRAINT ck_deal_status CHECK (status IN ('SUBMITTED', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'WON', 'LOST', 'EXPIRED')),
	CONSTRAINT ck_deal_waits_for CHECK (waits_for IN ('CONFLICT', 'ABOVE_LIMIT', 'NO_LIMIT', 'SPOT_CHECK')),
	CONSTRAINT ck_deal_supplier CHECK ((agreement_id IS NULL) = (distributor_id IS NULL)),
	CONSTRAINT ck_deal_not_negative CHECK (amount_minor >= 0 AND won_minor >= 0),
	CONSTRAINT ck_deal_no_more_extensions_than_granted CHECK (extensions_left >= 0 AND extension_days >= 0),
	CONSTRAINT ck_deal_protected_for_a_day CHECK (protected_until > protected_from),
	CONSTRAINT ck_deal_approved_before_it_is_won CHECK (status NOT IN ('APPROVED', 'WON', 'EXPIRED') OR protected_from IS NOT NULL),
	CONSTRAINT ck_deal_protected_or_not CHECK (num_nonnulls(protected_from, protected_until, protected_at_most) IN (0, 3)),
	CONSTRAINT ck_deal_extended_no_further_than_granted CHECK (protected_until <= protected_at_most),
	CONSTRAINT ck_deal_won_on_a_day CHECK ((status = 'WON') = (won_on IS NOT NULL)),
	CONSTRAINT ck_deal_closed_on_a_day_or_open CHECK ((status IN ('SUBMITTED', 'APPROVED')) = (closed_on IS NULL))
)
""",
    """
CREATE TABLE fund (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID,
	distributor_id UUID,
	reseller_id UUID,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	currency TEXT NOT NULL,
	starts_on DATE NOT NULL,
	expires_on DATE,
	accrues_per TEXT,
	accruals JSONB DEFAULT '[]' NOT NULL,
	reimbursement_share BIGINT NOT NULL,
	claim_days INTEGER NOT NULL,
	approves_up_to_minor BIGINT,
	accrued_minor BIGINT DEFAULT 0 NOT NULL,
	granted_minor BIGINT DEFAULT 0 NOT NULL,
	reserved_minor BIGINT DEFAULT 0 NOT NULL,
	paid_minor BIGINT DEFAULT 0 NOT NULL,
	expired_minor BIGINT DEFAULT 0 NOT NULL,
	shortfall_minor BIGINT DEFAULT 0 NOT NULL,
	entries INTEGER DEFAULT 0 NOT NULL,
	version INTEGER DEFAULT 1 NOT NULL,
	created_by TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	reckoned_to BIGINT,
	reckoned_on DATE,
	CONSTRAINT pk_fund PRIMARY KEY (vendor_id, id),
	CONSTRAINT ck_fund_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT uq_fund_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT uq_fund_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT fk_fund_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_fund_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_fund_kind CHECK (kind IN ('MDF', 'CO_OP')),
	CONSTRAINT ck_fund_accrues_per CHECK (accrues_per IN ('MONTH', 'QUARTER')),
	CONSTRAINT ck_fund_accrues_in_periods CHECK ((accrues_per IS NULL) = (accruals = '[]')),
	CONSTRAINT ck_fund_reimbursement_share CHECK (reimbursement_share BETWEEN 1 AND 1000000),
	CONSTRAINT ck_fund_claim_days CHECK (claim_days BETWEEN 1 AND 730),
	CONSTRAINT ck_fund_approves_up_to CHECK (approves_up_to_minor > 0),
	CONSTRAINT ck_fund_expires_after_it_starts CHECK (expires_on > starts_on),
	CONSTRAINT ck_fund_never_below_zero CHECK (accrued_minor >= 0 AND granted_minor >= 0 AND reserved_minor >= 0 AND paid_minor >= 0 AND expired_minor >= 0 AND shortfall_minor >= 0 AND accrued_minor + granted_minor + shortfall_minor >= reserved_minor + paid_minor + expired_minor),
	CONSTRAINT ck_fund_shortfall_where_nothing_is_available CHECK (shortfall_minor = 0 OR accrued_minor + granted_minor + shortfall_minor = reserved_minor + paid_minor + expired_minor)
)
""",
    """
CREATE TABLE payout_line (
	vendor_id UUID NOT NULL,
	payout_id UUID NOT NULL,
	rep_id UUID NOT NULL,
	distributor_id UUID,
	reseller_id UUID,
	name TEXT,
	payout_reference TEXT,
	amount_minor BIGINT NOT NULL,
	claims INTEGER NOT NULL,
	CONSTRAINT pk_payout_line PRIMARY KEY (vendor_id, payout_id, rep_id),
	CONSTRAINT ck_payout_line_one_owner CHECK (num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT fk_payout_line_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_payout_line_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_payout_line_vendor_id_payout_id FOREIGN KEY(vendor_id, payout_id) REFERENCES payout (vendor_id, id),
	CONSTRAINT fk_payout_line_vendor_id_rep_id_distributor_id FOREIGN KEY(vendor_id, rep_id, distributor_id) REFERENCES spiff_rep (vendor_id, id, distributor_id),
	CONSTRAINT fk_payout_line_vendor_id_rep_id_reseller_id FOREIGN KEY(vendor_id, rep_id, reseller_id) REFERENCES spiff_rep (vendor_id, id, reseller_id),
	CONSTRAINT ck_payout_line_above_zero CHECK (amount_minor > 0 AND claims > 0)
)
""",
    """
CREATE TABLE reseller_obligation (
	vendor_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	active INTEGER,
	"new" INTEGER,
	enabled BIGINT,
	version INTEGER NOT NULL,
	set_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_reseller_obligation PRIMARY KEY (vendor_id, agreement_id),
	CONSTRAINT fk_reseller_obligation_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_reseller_obligation_agreed CHECK (active >= 0 AND new >= 0 AND enabled BETWEEN 0 AND 1000000)
)
""",
    """
CREATE TABLE segment_member (
	vendor_id UUID NOT NULL,
	segment_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	added_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_segment_member PRIMARY KEY (vendor_id, segment_id, reseller_id),
	CONSTRAINT fk_segment_member_vendor_id_segment_id FOREIGN KEY(vendor_id, segment_id) REFERENCES segment (vendor_id, id),
	CONSTRAINT fk_segment_member_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id)
)
""",
    """
CREATE TABLE spiff_claim (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	spiff_id UUID NOT NULL,
	rep_id UUID NOT NULL,
	distributor_id UUID,
	reseller_id UUID,
	seller_id UUID NOT NULL,
	document_number TEXT NOT NULL,
	document_line TEXT NOT NULL,
	component INTEGER NOT NULL,
	product_id UUID NOT NULL,
	sold_on DATE NOT NULL,
	serial_numbers TEXT[] NOT NULL,
	asked BIGINT NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	approved BIGINT DEFAULT 0 NOT NULL,
	amount_minor BIGINT DEFAULT 0 NOT NULL,
	denials JSONB DEFAULT '[]' NOT NULL,
	verdict TEXT,
	verdict_reason TEXT,
	verdict_by TEXT,
	verdict_by_id UUID,
	adjusts_id UUID,
	filed_by TEXT NOT NULL,
	filed_by_id UUID,
	filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	decided_at TIMESTAMP WITH TIME ZONE,
	payout_id UUID,
	paid_at TIMESTAMP WITH TIME ZONE,
	disclosed_seller_id UUID,
	disclosed_document_number TEXT,
	disclosed_document_line TEXT,
	disclosed_sold_on DATE,
	disclosed_serial_numbers TEXT[],
	CONSTRAINT pk_spiff_claim PRIMARY KEY (vendor_id, id),
	CONSTRAINT ck_spiff_claim_one_owner CHECK (num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT fk_spiff_claim_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_spiff_claim_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT uq_spiff_claim_vendor_id_id_distributor_id UNIQUE (vendor_id, id, distributor_id),
	CONSTRAINT uq_spiff_claim_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT fk_spiff_claim_vendor_id_spiff_id FOREIGN KEY(vendor_id, spiff_id) REFERENCES spiff (vendor_id, id),
	CONSTRAINT fk_spiff_claim_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT fk_spiff_claim_vendor_id_payout_id FOREIGN KEY(vendor_id, payout_id) REFERENCES payout (vendor_id, id),
	CONSTRAINT fk_spiff_claim_vendor_id_rep_id_distributor_id FOREIGN KEY(vendor_id, rep_id, distributor_id) REFERENCES spiff_rep (vendor_id, id, distributor_id),
	CONSTRAINT fk_spiff_claim_vendor_id_rep_id_reseller_id FOREIGN KEY(vendor_id, rep_id, reseller_id) REFERENCES spiff_rep (vendor_id, id, reseller_id),
	CONSTRAINT fk_spiff_claim_vendor_id_adjusts_id_distributor_id FOREIGN KEY(vendor_id, adjusts_id, distributor_id) REFERENCES spiff_claim (vendor_id, id, distributor_id),
	CONSTRAINT fk_spiff_claim_vendor_id_adjusts_id_reseller_id FOREIGN KEY(vendor_id, adjusts_id, reseller_id) REFERENCES spiff_claim (vendor_id, id, reseller_id),
	CONSTRAINT ck_spiff_claim_status CHECK (status IN ('CLAIMED', 'APPROVED', 'DENIED', 'PAID')),
	CONSTRAINT ck_spiff_claim_verdict CHECK (verdict IN ('APPROVE', 'DENY')),
	CONSTRAINT ck_spiff_claim_takes_back_or_asks CHECK ((adjusts_id IS NULL) = (asked > 0)),
	CONSTRAINT ck_spiff_claim_no_more_than_asked CHECK (CASE WHEN adjusts_id IS NULL THEN approved BETWEEN 0 AND asked AND amount_minor >= 0 ELSE approved = asked AND amount_minor <= 0 AND status IN ('APPROVED', 'PAID') END),
	CONSTRAINT ck_spiff_claim_denied_pays_nothing CHECK (status <> 'DENIED' OR approved = 0 AND amount_minor = 0),
	CONSTRAINT ck_spiff_claim_decided CHECK (status NOT IN ('APPROVED', 'PAID') OR decided_at IS NOT NULL),
	CONSTRAINT ck_spiff_claim_approved_before_it_is_paid CHECK (payout_id IS NULL OR status IN ('APPROVED', 'PAID')),
	CONSTRAINT ck_spiff_claim_paid CHECK ((status = 'PAID') = (paid_at IS NOT NULL) AND (paid_at IS NULL OR payout_id IS NOT NULL))
)
""",
    """
CREATE TABLE certification (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	authorization_id UUID,
	agreement_id UUID,
	distributor_id UUID,
	disclosed BOOLEAN NOT NULL,
	name TEXT NOT NULL,
	name_key TEXT NOT NULL,
	holder TEXT,
	holder_key TEXT NOT NULL,
	issued_on DATE NOT NULL,
	valid_until DATE,
	document_id UUID,
	recorded_by TEXT NOT NULL,
	status TEXT NOT NULL,
	reason TEXT,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	decided_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_certification PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_certification_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_certification_vendor_id_authorization_id_agreement_i_f722 FOREIGN KEY(vendor_id, authorization_id, agreement_id, distributor_id, reseller_id) REFERENCES reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id),
	CONSTRAINT fk_certification_vendor_id_document_id_reseller_id FOREIGN KEY(vendor_id, document_id, reseller_id) REFERENCES compliance_document (vendor_id, id, reseller_id),
	CONSTRAINT ck_certification_recorded_by CHECK (recorded_by IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_certification_status CHECK (status IN ('RECORDED', 'VERIFIED', 'REVOKED')),
	CONSTRAINT ck_certification_recorded_by_a_distributor CHECK (num_nonnulls(authorization_id, agreement_id, distributor_id) = CASE recorded_by WHEN 'DISTRIBUTOR' THEN 3 ELSE 0 END),
	CONSTRAINT ck_certification_kept_by_a_distributor CHECK (disclosed OR recorded_by = 'DISTRIBUTOR'),
	CONSTRAINT ck_certification_valid_after_it_was_issued CHECK (valid_until >= issued_on),
	CONSTRAINT ck_certification_revoked_for_a_reason CHECK ((status <> 'REVOKED') OR reason IS NOT NULL),
	CONSTRAINT ck_certification_holder CHECK ((holder IS NULL) = (holder_key = ''))
)
""",
    """
CREATE TABLE deal_event (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	deal_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	act TEXT NOT NULL,
	acted_as TEXT,
	reason TEXT,
	protected_until DATE,
	happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_deal_event PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_deal_event_vendor_id_deal_id_reseller_id FOREIGN KEY(vendor_id, deal_id, reseller_id) REFERENCES deal (vendor_id, id, reseller_id),
	CONSTRAINT ck_deal_event_act CHECK (act IN ('REGISTERED', 'CHANGED', 'APPROVED', 'REJECTED', 'EXTENDED', 'WON', 'LOST', 'WITHDRAWN', 'REMINDED', 'EXPIRED')),
	CONSTRAINT ck_deal_event_acted_as CHECK (acted_as IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER'))
)
""",
    """
CREATE TABLE deal_product (
	vendor_id UUID NOT NULL,
	deal_id UUID NOT NULL,
	content INTEGER NOT NULL,
	position INTEGER NOT NULL,
	reseller_id UUID NOT NULL,
	distributor_id UUID,
	family TEXT NOT NULL,
	product_id UUID,
	quantity BIGINT,
	CONSTRAINT pk_deal_product PRIMARY KEY (vendor_id, deal_id, content, position),
	CONSTRAINT fk_deal_product_vendor_id_deal_id_reseller_id FOREIGN KEY(vendor_id, deal_id, reseller_id) REFERENCES deal (vendor_id, id, reseller_id),
	CONSTRAINT fk_deal_product_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_deal_product_quantity CHECK (quantity > 0)
)
""",
    """
CREATE TABLE enablement_activity (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	authorization_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	disclosed BOOLEAN NOT NULL,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	held_on DATE NOT NULL,
	participants INTEGER NOT NULL,
	note TEXT,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_enablement_activity PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_enablement_activity_vendor_id_authorization_id_agree_4ce0 FOREIGN KEY(vendor_id, authorization_id, agreement_id, distributor_id, reseller_id) REFERENCES reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id),
	CONSTRAINT ck_enablement_activity_kind CHECK (kind IN ('TRAINING', 'EVENT', 'VISIT', 'CAMPAIGN')),
	CONSTRAINT ck_enablement_activity_participants CHECK (participants >= 1)
)
""",
    """
CREATE TABLE fund_request (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	fund_id UUID NOT NULL,
	agreement_id UUID,
	distributor_id UUID,
	reseller_id UUID,
	currency TEXT NOT NULL,
	activity TEXT NOT NULL,
	description TEXT,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	planned_minor BIGINT NOT NULL,
	asked_minor BIGINT NOT NULL,
	reimbursement_share BIGINT NOT NULL,
	claim_days INTEGER NOT NULL,
	status TEXT NOT NULL,
	approved_minor BIGINT,
	claimed_minor BIGINT DEFAULT 0 NOT NULL,
	paid_minor BIGINT DEFAULT 0 NOT NULL,
	released_minor BIGINT DEFAULT 0 NOT NULL,
	reason TEXT,
	filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	decided_at TIMESTAMP WITH TIME ZONE,
	decided_by TEXT,
	decided_by_id UUID,
	closed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_fund_request PRIMARY KEY (vendor_id, id),
	CONSTRAINT ck_fund_request_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT uq_fund_request_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT uq_fund_request_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT fk_fund_request_vendor_id_fund_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, fund_id, agreement_id, distributor_id) REFERENCES fund (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_fund_request_vendor_id_fund_id_reseller_id FOREIGN KEY(vendor_id, fund_id, reseller_id) REFERENCES fund (vendor_id, id, reseller_id),
	CONSTRAINT ck_fund_request_status CHECK (status IN ('SUBMITTED', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'CLOSED', 'EXPIRED')),
	CONSTRAINT ck_fund_request_ends_after_it_starts CHECK (ends_on > starts_on),
	CONSTRAINT ck_fund_request_asks_within_its_cost CHECK (planned_minor > 0 AND asked_minor BETWEEN 1 AND planned_minor),
	CONSTRAINT ck_fund_request_no_more_than_asked CHECK (approved_minor BETWEEN 1 AND asked_minor),
	CONSTRAINT ck_fund_request_no_more_than_approved CHECK (claimed_minor >= 0 AND released_minor >= 0 AND claimed_minor + released_minor <= coalesce(approved_minor, 0)),
	CONSTRAINT ck_fund_request_no_more_than_claimed CHECK (paid_minor BETWEEN 0 AND claimed_minor),
	CONSTRAINT ck_fund_request_approved_an_amount CHECK (CASE WHEN status IN ('APPROVED', 'CLOSED') THEN approved_minor IS NOT NULL WHEN status = 'EXPIRED' THEN true ELSE approved_minor IS NULL END)
)
""",
    """
CREATE TABLE onboarding_completion (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	program_id UUID NOT NULL,
	agreement_id UUID,
	distributor_id UUID,
	reseller_id UUID,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	completed_by TEXT NOT NULL,
	by_authorization_id UUID,
	by_agreement_id UUID,
	by_distributor_id UUID,
	version TEXT,
	signer TEXT,
	reference TEXT,
	document_id UUID,
	completed_on DATE NOT NULL,
	completed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_onboarding_completion PRIMARY KEY (vendor_id, id),
	CONSTRAINT ck_onboarding_completion_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT fk_onboarding_completion_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_onboarding_completion_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_onboarding_completion_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id),
	CONSTRAINT fk_onboarding_completion_vendor_id_by_authorization_id__40f9 FOREIGN KEY(vendor_id, by_authorization_id, by_agreement_id, by_distributor_id, reseller_id) REFERENCES reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id),
	CONSTRAINT fk_onboarding_completion_vendor_id_document_id_reseller_id FOREIGN KEY(vendor_id, document_id, reseller_id) REFERENCES compliance_document (vendor_id, id, reseller_id),
	CONSTRAINT fk_onboarding_completion_vendor_id_document_id_agreemen_6521 FOREIGN KEY(vendor_id, document_id, agreement_id, distributor_id) REFERENCES compliance_document (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_onboarding_completion_kind CHECK (kind IN ('TERMS_ACCEPTED', 'FLOW_DOWN_TERMS', 'PROFILE', 'TAX_REFERENCE', 'BANK_REFERENCE', 'DUE_DILIGENCE_DOCUMENT', 'TRAINING', 'FIRST_ORDER')),
	CONSTRAINT ck_onboarding_completion_completed_by CHECK (completed_by IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_onboarding_completion_done_by_a_distributor CHECK (num_nonnulls(by_authorization_id, by_agreement_id, by_distributor_id) = CASE WHEN completed_by = 'DISTRIBUTOR' AND reseller_id IS NOT NULL THEN 3 ELSE 0 END),
	CONSTRAINT ck_onboarding_completion_signed CHECK ((kind IN ('TERMS_ACCEPTED', 'FLOW_DOWN_TERMS')) = (version IS NOT NULL) AND (version IS NULL) = (signer IS NULL)),
	CONSTRAINT ck_onboarding_completion_reference CHECK ((kind IN ('TAX_REFERENCE', 'BANK_REFERENCE')) = (reference IS NOT NULL)),
	CONSTRAINT ck_onboarding_completion_document CHECK ((kind = 'DUE_DILIGENCE_DOCUMENT') = (document_id IS NOT NULL))
)
""",
    """
CREATE TABLE tier_standing (
	vendor_id UUID NOT NULL,
	enrollment_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	tier_id UUID,
	evaluated_on DATE NOT NULL,
	move TEXT NOT NULL,
	kept_until DATE,
	reviewed_on DATE,
	next_review DATE NOT NULL,
	rule TEXT NOT NULL,
	findings JSONB NOT NULL,
	CONSTRAINT pk_tier_standing PRIMARY KEY (vendor_id, enrollment_id),
	CONSTRAINT fk_tier_standing_vendor_id_enrollment_id_reseller_id FOREIGN KEY(vendor_id, enrollment_id, reseller_id) REFERENCES enrollment (vendor_id, id, reseller_id),
	CONSTRAINT fk_tier_standing_vendor_id_tier_id FOREIGN KEY(vendor_id, tier_id) REFERENCES program_tier (vendor_id, id),
	CONSTRAINT ck_tier_standing_move CHECK (move IN ('KEPT', 'PROMOTED', 'AT_RISK', 'DEMOTED'))
)
""",
    """
CREATE TABLE fund_claim (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	request_id UUID NOT NULL,
	agreement_id UUID,
	distributor_id UUID,
	reseller_id UUID,
	currency TEXT NOT NULL,
	cost_minor BIGINT NOT NULL,
	invoice_number TEXT,
	note TEXT,
	status TEXT NOT NULL,
	approved_cost_minor BIGINT,
	approved_minor BIGINT,
	reason TEXT,
	payment_reference TEXT,
	filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	decided_at TIMESTAMP WITH TIME ZONE,
	decided_by TEXT,
	decided_by_id UUID,
	paid_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_fund_claim PRIMARY KEY (vendor_id, id),
	CONSTRAINT ck_fund_claim_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT uq_fund_claim_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT uq_fund_claim_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT fk_fund_claim_vendor_id_request_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, request_id, agreement_id, distributor_id) REFERENCES fund_request (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_fund_claim_vendor_id_request_id_reseller_id FOREIGN KEY(vendor_id, request_id, reseller_id) REFERENCES fund_request (vendor_id, id, reseller_id),
	CONSTRAINT ck_fund_claim_status CHECK (status IN ('SUBMITTED', 'APPROVED', 'REJECTED', 'PAID')),
	CONSTRAINT ck_fund_claim_costs CHECK (cost_minor > 0 AND approved_cost_minor BETWEEN 1 AND cost_minor),
	CONSTRAINT ck_fund_claim_no_more_than_it_cost CHECK (approved_minor BETWEEN 0 AND approved_cost_minor),
	CONSTRAINT ck_fund_claim_approved_an_amount CHECK ((status IN ('APPROVED', 'PAID')) = (approved_minor IS NOT NULL) AND (approved_minor IS NULL) = (approved_cost_minor IS NULL)),
	CONSTRAINT ck_fund_claim_paid CHECK ((status = 'PAID') = (payment_reference IS NOT NULL) AND (status = 'PAID') = (paid_at IS NOT NULL))
)
""",
    """
CREATE TABLE statement_return (
	vendor_id UUID NOT NULL,
	statement_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	revision INTEGER NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	component INTEGER NOT NULL,
	recorded BIGINT NOT NULL,
	period_start DATE NOT NULL,
	period_end DATE NOT NULL,
	CONSTRAINT pk_statement_return PRIMARY KEY (vendor_id, statement_id, revision, submission_id, row_number, component, recorded),
	CONSTRAINT fk_statement_return_vendor_id_statement_id_agreement_id_b873 FOREIGN KEY(vendor_id, statement_id, agreement_id, distributor_id) REFERENCES statement (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
CREATE TABLE submission_claim_effect (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	position INTEGER NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	previewed_by TEXT NOT NULL,
	kind TEXT NOT NULL,
	special_price_id UUID,
	product_id UUID,
	day DATE,
	currency TEXT NOT NULL,
	units_before BIGINT,
	units_after BIGINT,
	amount_before BIGINT,
	amount_after BIGINT,
	CONSTRAINT pk_submission_claim_effect PRIMARY KEY (vendor_id, submission_id, position),
	CONSTRAINT fk_submission_claim_effect_vendor_id_submission_id_agre_c8f9 FOREIGN KEY(vendor_id, submission_id, agreement_id, distributor_id) REFERENCES submission (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_submission_claim_effect_vendor_id_special_price_id_a_67f1 FOREIGN KEY(vendor_id, special_price_id, agreement_id, distributor_id) REFERENCES special_price (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_submission_claim_effect_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_submission_claim_effect_kind CHECK (kind IN ('DEBIT_TAKEN_BACK', 'DEBIT_CLAIMABLE', 'PRICE_PROTECTION', 'ROTATION_ALLOWANCE'))
)
""",
    """
CREATE TABLE fund_entry (
	vendor_id UUID NOT NULL,
	fund_id UUID NOT NULL,
	number INTEGER NOT NULL,
	agreement_id UUID,
	distributor_id UUID,
	reseller_id UUID,
	currency TEXT NOT NULL,
	kind TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	available_minor BIGINT NOT NULL,
	shortfall_minor BIGINT NOT NULL,
	period_start DATE,
	request_id UUID,
	claim_id UUID,
	reason TEXT NOT NULL,
	recorded_by TEXT,
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_fund_entry PRIMARY KEY (vendor_id, fund_id, number),
	CONSTRAINT ck_fund_entry_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT fk_fund_entry_vendor_id_fund_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, fund_id, agreement_id, distributor_id) REFERENCES fund (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_fund_entry_vendor_id_fund_id_reseller_id FOREIGN KEY(vendor_id, fund_id, reseller_id) REFERENCES fund (vendor_id, id, reseller_id),
	CONSTRAINT fk_fund_entry_vendor_id_request_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, request_id, agreement_id, distributor_id) REFERENCES fund_request (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_fund_entry_vendor_id_request_id_reseller_id FOREIGN KEY(vendor_id, request_id, reseller_id) REFERENCES fund_request (vendor_id, id, reseller_id),
	CONSTRAINT fk_fund_entry_vendor_id_claim_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, claim_id, agreement_id, distributor_id) REFERENCES fund_claim (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_fund_entry_vendor_id_claim_id_reseller_id FOREIGN KEY(vendor_id, claim_id, reseller_id) REFERENCES fund_claim (vendor_id, id, reseller_id),
	CONSTRAINT ck_fund_entry_kind CHECK (kind IN ('ACCRUE', 'CLAW_BACK', 'GRANT', 'RESERVE', 'RELEASE', 'PAY', 'EXPIRE')),
	CONSTRAINT ck_fund_entry_above_zero CHECK (amount_minor > 0),
	CONSTRAINT ck_fund_entry_never_below_zero CHECK (available_minor >= 0 AND shortfall_minor >= 0),
	CONSTRAINT ck_fund_entry_accrues_in_a_period CHECK ((kind IN ('ACCRUE', 'CLAW_BACK')) = (period_start IS NOT NULL)),
	CONSTRAINT ck_fund_entry_of_a_request CHECK ((kind IN ('RESERVE', 'RELEASE', 'PAY')) = (request_id IS NOT NULL)),
	CONSTRAINT ck_fund_entry_pays_a_claim CHECK ((kind = 'PAY') = (claim_id IS NOT NULL))
)
""",
    """
CREATE TABLE fund_proof (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	claim_id UUID NOT NULL,
	agreement_id UUID,
	distributor_id UUID,
	reseller_id UUID,
	organization_id UUID NOT NULL,
	file_id UUID NOT NULL,
	filename TEXT NOT NULL,
	media_type TEXT NOT NULL,
	byte_size BIGINT NOT NULL,
	sha256 TEXT NOT NULL,
	added_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_fund_proof PRIMARY KEY (vendor_id, id),
	CONSTRAINT ck_fund_proof_one_owner CHECK (num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1),
	CONSTRAINT fk_fund_proof_vendor_id_claim_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, claim_id, agreement_id, distributor_id) REFERENCES fund_claim (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_fund_proof_vendor_id_claim_id_reseller_id FOREIGN KEY(vendor_id, claim_id, reseller_id) REFERENCES fund_claim (vendor_id, id, reseller_id),
	CONSTRAINT fk_fund_proof_organization_id_file_id FOREIGN KEY(organization_id, file_id) REFERENCES report_file (organization_id, id)
)
""",
    """
ALTER TABLE membership ADD CONSTRAINT fk_membership_organization_id_invitation_id FOREIGN KEY(organization_id, invitation_id) REFERENCES invitation (organization_id, id)
""",
    """
ALTER TABLE incentive_version ADD CONSTRAINT fk_incentive_version_vendor_id_affiliation_id FOREIGN KEY(vendor_id, affiliation_id) REFERENCES affiliation (vendor_id, id)
""",
    """
ALTER TABLE alert ADD CONSTRAINT fk_alert_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id)
""",
    """
ALTER TABLE alert ADD CONSTRAINT fk_alert_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id)
""",
    """
ALTER TABLE incentive_term ADD CONSTRAINT fk_incentive_term_vendor_id_affiliation_id_distributor_id FOREIGN KEY(vendor_id, affiliation_id, distributor_id) REFERENCES affiliation_member (vendor_id, affiliation_id, distributor_id)
""",
    """
ALTER TABLE party_link ADD CONSTRAINT fk_party_link_vendor_id_invitation_id FOREIGN KEY(vendor_id, invitation_id) REFERENCES partner_invitation (vendor_id, id)
""",
    """
ALTER TABLE special_price ADD CONSTRAINT fk_special_price_vendor_id_deal_id FOREIGN KEY(vendor_id, deal_id) REFERENCES deal (vendor_id, id)
""",
    """
DO $$ BEGIN CREATE ROLE tailrace_webhooks NOLOGIN NOINHERIT NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
""",
    """
CREATE INDEX ix_inventory_count_until ON inventory_count (vendor_id, agreement_id, product_id, counted_on) WHERE counts_until IS NOT NULL
""",
    "CREATE INDEX ix_audit_event_organization_id_happened_at_id ON audit_event (organization_id, happened_at, id)",
    """
CREATE INDEX ix_audit_event_organization_id_subject_happened_at_id ON audit_event (organization_id, subject, happened_at, id)
""",
    """
COMMENT ON TABLE audit_event IS 'An act is read at the level at which it was done; `level` is NULL of what was done before it was kept, which every level of the organisation reads'
""",
    """
COMMENT ON TABLE digest_subscription IS 'The last day: that of which a digest was sent, or there was nothing to send'
""",
    """
CREATE UNIQUE INDEX uq_invitation_open ON invitation (organization_id, level, email) WHERE accepted_at IS NULL AND withdrawn_at IS NULL
""",
    "CREATE UNIQUE INDEX uq_invitation_token_hash ON invitation (token_hash)",
    """
COMMENT ON TABLE invitation IS 'A person invited into an organisation, with the roles that it will have there.'
""",
    "CREATE INDEX ix_mail_message_sent_at ON mail_message (sent_at)",
    """
COMMENT ON TABLE mail_message IS 'Who sends a mail, to whom, and what it says. No level reads any: a text may hold a link.'
""",
    """
COMMENT ON TABLE oauth_client IS '`known_to` are the people who were ever told a secret of it: what it does, one of them may have done'
""",
    "COMMENT ON TABLE webhook IS 'After a rotation the previous secret signs as well until it ends'",
    "CREATE INDEX ix_affiliation_vendor_id_proposed_at_id ON affiliation (vendor_id, proposed_at, id)",
    """
COMMENT ON TABLE affiliation IS '`ended_on` is the day on which the first of its firms left or refused, or the vendor dissolved it'
""",
    """
COMMENT ON TABLE deal_terms IS 'How long deals are protected; and up to what, and when, they are approved without a person'
""",
    """
COMMENT ON TABLE membership IS 'Name and e-mail address are the user''s: an organisation reads them here, and no user of another.'
""",
    "CREATE INDEX ix_oauth_grant_organization_id_user_id ON oauth_grant (organization_id, user_id)",
    "COMMENT ON TABLE payout IS 'Approved claims that are paid together'",
    """
COMMENT ON TABLE program IS 'Without review terms no tier changes by itself; without auto_status no application is approved by itself'
""",
    "CREATE INDEX ix_spiff_vendor_id_starts_on_id ON spiff (vendor_id, starts_on, id)",
    "COMMENT ON TABLE spiff IS '`per_unit` in 10⁻⁶ units of the currency; what no list names is not limited by it'",
    "CREATE INDEX ix_webhook_delivery_done ON webhook_delivery (happened_at) WHERE status <> 'PENDING'",
    """
CREATE INDEX ix_webhook_delivery_due ON webhook_delivery (organization_id, next_try_at) WHERE status = 'PENDING'
""",
    """
CREATE INDEX ix_webhook_delivery_organization_id_webhook_id_id ON webhook_delivery (organization_id, webhook_id, id)
""",
    "COMMENT ON TABLE webhook_delivery IS 'Party: as whom its organisation is told; none for the vendor'",
    """
CREATE INDEX ix_affiliation_member_vendor_id_distributor_id_proposed_at_id ON affiliation_member (vendor_id, distributor_id, proposed_at, id)
""",
    """
COMMENT ON TABLE affiliation_member IS 'A firm that left without having accepted has refused. Name and purpose are those of the group; `ended_because` is why the vendor dissolved it'
""",
    "CREATE INDEX ix_application_link_token ON application_link (token)",
    "COMMENT ON TABLE application_link IS 'Where firms apply for a programme.'",
    """
CREATE INDEX ix_audit_notice_distributor_id_happened_at_id ON audit_notice (distributor_id, happened_at, id) WHERE distributor_id IS NOT NULL
""",
    """
CREATE INDEX ix_audit_notice_reseller_id_happened_at_id ON audit_notice (reseller_id, happened_at, id) WHERE reseller_id IS NOT NULL
""",
    """
CREATE INDEX ix_audit_notice_vendor_id_audience_happened_at_id ON audit_notice (vendor_id, audience, happened_at, id)
""",
    """
CREATE INDEX ix_audit_notice_vendor_id_subject_happened_at_id ON audit_notice (vendor_id, subject, happened_at, id)
""",
    "CREATE UNIQUE INDEX uq_benefit_in_force ON benefit (vendor_id, program_id, name) WHERE ended_at IS NULL",
    "COMMENT ON TABLE benefit IS 'One that has ended grants nothing'",
    "CREATE INDEX ix_deal_customer_vendor_id_distributor_id ON deal_customer (vendor_id, distributor_id)",
    "CREATE INDEX ix_deal_customer_vendor_id_domain_hash ON deal_customer (vendor_id, domain_hash)",
    "CREATE INDEX ix_deal_customer_vendor_id_name_hash ON deal_customer (vendor_id, name_hash)",
    "CREATE INDEX ix_deal_customer_vendor_id_reseller_id ON deal_customer (vendor_id, reseller_id)",
    "COMMENT ON TABLE deal_customer IS 'Personal data: `name` and `domain` can be emptied, the hashes remain'",
    """
COMMENT ON TABLE onboarding_step IS 'What partners of a programme do to come on board, in order; a step is known by its kind and title'
""",
    "CREATE INDEX ix_partner_invitation_token_hash ON partner_invitation (token_hash)",
    "CREATE INDEX ix_partner_invitation_vendor_id_party_id ON partner_invitation (vendor_id, party_id)",
    """
COMMENT ON TABLE partner_invitation IS 'A firm invited to be one party of a network: by the vendor, or by the distributor that is named.'
""",
    """
CREATE UNIQUE INDEX uq_program_application_waiting ON program_application (vendor_id, program_id, reseller_id) WHERE carried_out_at IS NULL
""",
    """
COMMENT ON TABLE program_application IS 'What a reseller asked to be done about an enrolment that it has or wants, until the worker has done it'
""",
    """
COMMENT ON TABLE program_fit IS 'Which kinds of incentives fit a programme''s partners: of resellers, these types; of distributors, all'
""",
    """
COMMENT ON TABLE required_certification IS 'How many of a reseller hold a certification, from a tier on; 0 is every partner of the programme'
""",
    """
COMMENT ON TABLE segment IS 'Its rule holds for resellers that meet everything it names; one that names nothing holds for none'
""",
    "CREATE INDEX ix_spiff_rep_vendor_id_distributor_id_id ON spiff_rep (vendor_id, distributor_id, id)",
    "CREATE INDEX ix_spiff_rep_vendor_id_reseller_id_id ON spiff_rep (vendor_id, reseller_id, id)",
    "COMMENT ON TABLE spiff_rep IS 'Personal data of its firm, which can be emptied'",
    """
COMMENT ON TABLE agreement_money_terms IS 'Terms hold until those of a later day begin. Shares are in 10⁻⁶; no `rotation_share`: nothing goes back. `rotation_excludes` are products (ids) and families that do not. `advance_share` is the share of what has accrued that may be paid in advance; none: the whole. Stock should last from `stock_min_weeks` to `stock_max_weeks`, 10⁻²'
""",
    """
CREATE INDEX ix_alert_vendor_id_reseller_id_audience_raised_at_id ON alert (vendor_id, reseller_id, audience, raised_at, id)
""",
    """
COMMENT ON TABLE alert IS 'Settled by nobody means by itself: what it says is true no longer. `person_id` is whose affair it is, where colleagues who see their own alone are not told'
""",
    """
CREATE UNIQUE INDEX uq_application_waiting ON application (vendor_id, link_id, email) WHERE status = 'SUBMITTED'
""",
    "COMMENT ON TABLE application IS 'What a firm entered that applies, and what the vendor decided.'",
    """
CREATE INDEX ix_compliance_document_vendor_id_agreement_id_id ON compliance_document (vendor_id, agreement_id, id)
""",
    """
CREATE INDEX ix_compliance_document_vendor_id_reseller_id_id ON compliance_document (vendor_id, reseller_id, id)
""",
    """
CREATE INDEX ix_compliance_document_vendor_id_valid_until ON compliance_document (vendor_id, valid_until) WHERE valid_until IS NOT NULL
""",
    """
COMMENT ON TABLE compliance_document IS 'A complete upload of the partner''s organisation; `valid_until` is its last day. Nothing in it ever changes but what is decided about it'
""",
    """
CREATE INDEX ix_contested_line_vendor_id_agreement_id_contested_at_id ON contested_line (vendor_id, agreement_id, contested_at, id)
""",
    """
CREATE INDEX ix_contested_line_vendor_id_distributor_id_document_num_5c75 ON contested_line (vendor_id, distributor_id, document_number, document_line)
""",
    """
CREATE INDEX ix_contested_line_vendor_id_reseller_id_contested_at_id ON contested_line (vendor_id, reseller_id, contested_at, id)
""",
    """
CREATE UNIQUE INDEX uq_contested_line_open ON contested_line (vendor_id, distributor_id, reseller_id, document_number, document_line, document_kind) WHERE status = 'OPEN'
""",
    "CREATE INDEX ix_deal_protected ON deal (vendor_id, protected_until) WHERE status = 'APPROVED'",
    """
CREATE INDEX ix_deal_to_review ON deal (vendor_id, entered_at) WHERE status = 'SUBMITTED' AND reviewed_at IS NULL
""",
    "CREATE INDEX ix_deal_vendor_id_customer_id ON deal (vendor_id, customer_id)",
    """
CREATE INDEX ix_deal_vendor_id_distributor_id_registered_at_id ON deal (vendor_id, distributor_id, registered_at, id)
""",
    "CREATE INDEX ix_deal_vendor_id_expected_close_on_id ON deal (vendor_id, expected_close_on, id)",
    "CREATE INDEX ix_deal_vendor_id_registered_at_id ON deal (vendor_id, registered_at, id)",
    """
CREATE INDEX ix_deal_vendor_id_reseller_id_registered_at_id ON deal (vendor_id, reseller_id, registered_at, id)
""",
    "CREATE INDEX ix_deal_watched ON deal (vendor_id) WHERE waits_for IS NOT NULL OR reminded_for IS NOT NULL",
    "CREATE INDEX ix_deal_won ON deal (vendor_id, reseller_id, won_on) WHERE status = 'WON'",
    """
COMMENT ON TABLE deal IS '`entered_at` gives its place among rivals; `disclosed_…` is the supplier as far as its agreement lets the vendor know who buys there; protection ends with the day before `protected_until`'
""",
    """
CREATE INDEX ix_enrollment_vendor_id_planned_on ON enrollment (vendor_id, planned_on) WHERE planned_on IS NOT NULL
""",
    "CREATE INDEX ix_fund_vendor_id_agreement_id_id ON fund (vendor_id, agreement_id, id)",
    "CREATE INDEX ix_fund_vendor_id_reseller_id_id ON fund (vendor_id, reseller_id, id)",
    """
COMMENT ON TABLE fund IS 'Shares are in 10⁻⁶; `accruals` are terms by the day from which they hold. `entries` is the number of the last entry; `reckoned_to` the last change of facts that its accruals know. Available is what came in less what went out'
""",
    """
COMMENT ON TABLE payout_line IS 'What one representative is paid; its name and reference as they were when it was gathered'
""",
    """
CREATE INDEX ix_reseller_authorization_disclosed ON reseller_authorization (vendor_id, agreement_id, reseller_name, id) WHERE disclosed_reseller_id = reseller_id
""",
    """
CREATE INDEX ix_reseller_authorization_first_of_each ON reseller_authorization (vendor_id, distributor_id, reseller_id, id) INCLUDE (reseller_name, reseller_country, partner_type)
""",
    """
CREATE INDEX ix_reseller_authorization_vendor_id_agreement_id_distri_3e6c ON reseller_authorization (vendor_id, agreement_id, distributor_id, reseller_name, id)
""",
    """
CREATE INDEX ix_reseller_authorization_vendor_id_distributor_id_rese_0fb6 ON reseller_authorization (vendor_id, distributor_id, reseller_name, reseller_id)
""",
    """
CREATE INDEX ix_reseller_authorization_vendor_id_planned_on ON reseller_authorization (vendor_id, planned_on) WHERE planned_on IS NOT NULL
""",
    "COMMENT ON TABLE reseller_obligation IS '`enabled` is a share (10⁻⁶); NULL where nothing was agreed'",
    "CREATE INDEX ix_segment_member_vendor_id_reseller_id ON segment_member (vendor_id, reseller_id)",
    "COMMENT ON TABLE segment_member IS 'Resellers that belong to a segment by hand, whatever its rule says'",
    """
CREATE INDEX ix_spiff_claim_vendor_id_distributor_id_filed_at_id ON spiff_claim (vendor_id, distributor_id, filed_at, id)
""",
    "CREATE INDEX ix_spiff_claim_vendor_id_filed_at_id ON spiff_claim (vendor_id, filed_at, id)",
    "CREATE INDEX ix_spiff_claim_vendor_id_payout_id ON spiff_claim (vendor_id, payout_id)",
    """
CREATE INDEX ix_spiff_claim_vendor_id_reseller_id_filed_at_id ON spiff_claim (vendor_id, reseller_id, filed_at, id)
""",
    """
CREATE INDEX ix_spiff_claim_vendor_id_seller_id_document_number_docu_cb42 ON spiff_claim (vendor_id, seller_id, document_number, document_line)
""",
    "CREATE INDEX ix_spiff_claim_vendor_id_spiff_id_filed_at_id ON spiff_claim (vendor_id, spiff_id, filed_at, id)",
    """
COMMENT ON TABLE spiff_claim IS 'On units of a line, which `seller_id` reported; quantities in 10⁻³ units. The vendor reads of the line what is disclosed. Below zero: takes back of the one that it adjusts'
""",
    """
COMMENT ON TABLE accrual IS 'What a term has earned in a pay period with all gates met: a function of the lines that count, kept beside them. `qualifying` and `paying` are 10⁻⁶ currency units or 10⁻³ units, as the rule measures; `unvalued` lines count for no amount, because they have no price, or no rate leads from their currency; what is carried goes to the next period. Where returns reverse at the rate of the sale, `came_to` is what the lines came to before anything was taken back, `paid_on` on how much of the paying measure; otherwise 0'
""",
    "CREATE INDEX ix_certification_vendor_id_reseller_id_id ON certification (vendor_id, reseller_id, id)",
    """
CREATE INDEX ix_certification_vendor_id_valid_until ON certification (vendor_id, valid_until) WHERE valid_until IS NOT NULL
""",
    """
COMMENT ON TABLE certification IS '`holder` is a person of the reseller, or NULL where the firm holds it. Names are compared by their keys'
""",
    """
CREATE INDEX ix_deal_event_vendor_id_deal_id_happened_at_id ON deal_event (vendor_id, deal_id, happened_at, id)
""",
    "COMMENT ON TABLE deal_event IS '`acted_as` is the level that did it; null: the clock'",
    """
COMMENT ON TABLE deal_product IS 'What a deal is about: all products of a family, or one product with its family as it was'
""",
    """
CREATE INDEX ix_enablement_activity_vendor_id_authorization_id_held_on_id ON enablement_activity (vendor_id, authorization_id, held_on, id)
""",
    """
COMMENT ON TABLE enablement_activity IS 'What a distributor did for a reseller; the vendor reads it where the agreement discloses its resellers'
""",
    "CREATE INDEX ix_fund_request_vendor_id_fund_id_id ON fund_request (vendor_id, fund_id, id)",
    "CREATE INDEX ix_fund_request_vendor_id_reseller_id_id ON fund_request (vendor_id, reseller_id, id)",
    "CREATE INDEX ix_fund_request_vendor_id_status_id ON fund_request (vendor_id, status, id)",
    """
COMMENT ON TABLE fund_request IS '`approved_minor` is kept in the fund until it is paid or released; `claimed_minor` is what claims were approved for. It ends before the day `ends_on`, and is claimed within `claim_days` from then. `decided_by` is NULL where the fund''s terms approved it'
""",
    """
CREATE INDEX ix_onboarding_completion_vendor_id_program_id_agreement_id ON onboarding_completion (vendor_id, program_id, agreement_id)
""",
    """
CREATE INDEX ix_onboarding_completion_vendor_id_program_id_reseller_id ON onboarding_completion (vendor_id, program_id, reseller_id)
""",
    """
COMMENT ON TABLE onboarding_completion IS 'That a step was done, never changed; the latest counts. What a distributor did for a reseller names it'
""",
    "CREATE INDEX ix_special_price_vendor_id_deal_id ON special_price (vendor_id, deal_id)",
    """
COMMENT ON TABLE special_price IS '`customer_ids` are resellers, none: all. A line whose debit is above `approves_up_to_minor` waits for a person. `granted_by` is the id of a person or an integration, for the vendor alone'
""",
    """
COMMENT ON TABLE statement IS '`entitled` is what the period is worth by what was known, `settled` what earlier statements of it paid, `payable` the difference, which may be negative; `accrued` is what had accrued when it was calculated; all in minor units. `brought` is what the period before left to take back, `carried` what this one leaves, both in measures and money. `came_to` is what its lines came to before anything was taken back, and `paid_on` on how much of the paying measure: what returns of them take back. `share_cutoff` says on what its lines have shares, and which of them get the units that rounding down leaves over. `calculated_by` is the id of a person or an integration: names can be shared, ids cannot'
""",
    """
COMMENT ON TABLE tier_standing IS 'The latest evaluation of an enrolment''s tier, on what agreements disclose to the vendor. `tier_id` is the tier that came of it: where the enrolment is in another by now, the rest is of the past'
""",
    """
COMMENT ON TABLE advance IS 'What is paid in advance on the pay period of a statement, in minor units; once it is posted, the calculation takes it off. `approvals_needed` is 2 above the vendor''s threshold; `refused` says why an approved one is not paid'
""",
    "CREATE INDEX ix_fund_claim_vendor_id_request_id_id ON fund_claim (vendor_id, request_id, id)",
    "CREATE INDEX ix_fund_claim_vendor_id_status_id ON fund_claim (vendor_id, status, id)",
    """
COMMENT ON TABLE fund_claim IS '`approved_cost_minor` is what of the cost counts, `approved_minor` what of it the fund pays'
""",
    """
COMMENT ON TABLE statement_return IS 'A line behind a calculation that returns a sale of an earlier pay period, and which period that is: it takes back what that one paid and has no share'
""",
    """
COMMENT ON TABLE submission_claim_effect IS 'What claims would come to without and with a report that was tried out; NULL where that was too much to reckon. What is not claimed yet is the distributor''s to know'
""",
    "CREATE UNIQUE INDEX uq_fund_entry_paid_once ON fund_entry (vendor_id, claim_id) WHERE claim_id IS NOT NULL",
    """
COMMENT ON TABLE fund_entry IS 'What moved in a fund, never changed; `available_minor` and `shortfall_minor` are how it stood then'
""",
    "CREATE INDEX ix_fund_proof_vendor_id_claim_id_id ON fund_proof (vendor_id, claim_id, id)",
    "CREATE INDEX ix_fund_proof_vendor_id_sha256 ON fund_proof (vendor_id, sha256)",
    """
COMMENT ON TABLE fund_proof IS 'A complete upload of the partner''s organisation, which never changes; the vendor reads it by way of the worker'
""",
    """
CREATE FUNCTION act_for(organization text, vendor text, vendors text, parties text, actor text) RETURNS void
LANGUAGE plpgsql SECURITY INVOKER AS $$
BEGIN
  IF nullif(current_setting('tailrace.acting', true), '') IS NOT NULL THEN
    RAISE EXCEPTION 'the context of a transaction is set once';
  END IF;
  SET LOCAL tailrace.acting = 'yes';
  EXECUTE format('SET LOCAL tailrace.organization_id = %L', organization);
  EXECUTE format('SET LOCAL tailrace.vendor_id = %L', vendor);
  EXECUTE format('SET LOCAL tailrace.vendor_ids = %L', vendors);
  EXECUTE format('SET LOCAL tailrace.party_ids = %L', parties);
  EXECUTE format('SET LOCAL tailrace.actor_id = %L', actor);
END $$
""",
    "CREATE POLICY auth_inserts ON organization FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "CREATE POLICY auth_inserts ON user_account FOR INSERT TO tailrace_auth WITH CHECK (true)",
    """
CREATE POLICY vendor_reads ON audit_event FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND (level IS NULL OR level = 'VENDOR'))
""",
    """
CREATE POLICY vendor_inserts ON audit_event FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND (level IS NULL OR level = 'VENDOR'))
""",
    """
CREATE POLICY distributor_reads ON audit_event FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND (level IS NULL OR level = 'DISTRIBUTOR'))
""",
    """
CREATE POLICY distributor_inserts ON audit_event FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND (level IS NULL OR level = 'DISTRIBUTOR'))
""",
    """
CREATE POLICY reseller_reads ON audit_event FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND (level IS NULL OR level = 'RESELLER'))
""",
    """
CREATE POLICY reseller_inserts ON audit_event FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND (level IS NULL OR level = 'RESELLER'))
""",
    "CREATE POLICY auth_inserts ON audit_event FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "ALTER TABLE digest_subscription ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE digest_subscription FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON digest_subscription TO tailrace_vendor",
    "GRANT INSERT ON digest_subscription TO tailrace_vendor",
    "GRANT UPDATE (time_zone, hour, last_day, set_at) ON digest_subscription TO tailrace_vendor",
    "GRANT DELETE ON digest_subscription TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON digest_subscription FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_inserts ON digest_subscription FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_updates ON digest_subscription FOR UPDATE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'VENDOR') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_deletes ON digest_subscription FOR DELETE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'VENDOR')
""",
    "GRANT SELECT ON digest_subscription TO tailrace_distributor",
    "GRANT INSERT ON digest_subscription TO tailrace_distributor",
    "GRANT UPDATE (time_zone, hour, last_day, set_at) ON digest_subscription TO tailrace_distributor",
    "GRANT DELETE ON digest_subscription TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON digest_subscription FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_inserts ON digest_subscription FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_updates ON digest_subscription FOR UPDATE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'DISTRIBUTOR') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_deletes ON digest_subscription FOR DELETE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    "GRANT SELECT ON digest_subscription TO tailrace_reseller",
    "GRANT INSERT ON digest_subscription TO tailrace_reseller",
    "GRANT UPDATE (time_zone, hour, last_day, set_at) ON digest_subscription TO tailrace_reseller",
    "GRANT DELETE ON digest_subscription TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON digest_subscription FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_inserts ON digest_subscription FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_updates ON digest_subscription FOR UPDATE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'RESELLER') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_deletes ON digest_subscription FOR DELETE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND level = 'RESELLER')
""",
    "GRANT SELECT ON digest_subscription TO tailrace_auth",
    "CREATE POLICY auth_reads ON digest_subscription FOR SELECT TO tailrace_auth USING (true)",
    "GRANT SELECT ON digest_subscription TO tailrace_worker",
    "GRANT UPDATE (last_day) ON digest_subscription TO tailrace_worker",
    """
CREATE POLICY worker_reads ON digest_subscription FOR SELECT TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON digest_subscription FOR UPDATE TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "ALTER TABLE invitation ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE invitation FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (organization_id, id, level, email, roles, invited_by, invited_by_name, created_at, sent_at, expires_at, accepted_at, withdrawn_at) ON invitation TO tailrace_vendor
""",
    "GRANT INSERT ON invitation TO tailrace_vendor",
    "GRANT UPDATE (token_hash, sent_at, expires_at, withdrawn_at) ON invitation TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON invitation FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_inserts ON invitation FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR' AND accepted_at IS NULL AND invited_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON invitation FOR UPDATE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR' AND accepted_at IS NULL)
""",
    """
GRANT SELECT (organization_id, id, level, email, roles, invited_by, invited_by_name, created_at, sent_at, expires_at, accepted_at, withdrawn_at) ON invitation TO tailrace_distributor
""",
    "GRANT INSERT ON invitation TO tailrace_distributor",
    "GRANT UPDATE (token_hash, sent_at, expires_at, withdrawn_at) ON invitation TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON invitation FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_inserts ON invitation FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR' AND accepted_at IS NULL AND invited_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_updates ON invitation FOR UPDATE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR' AND accepted_at IS NULL)
""",
    """
GRANT SELECT (organization_id, id, level, email, roles, invited_by, invited_by_name, created_at, sent_at, expires_at, accepted_at, withdrawn_at) ON invitation TO tailrace_reseller
""",
    "GRANT INSERT ON invitation TO tailrace_reseller",
    "GRANT UPDATE (token_hash, sent_at, expires_at, withdrawn_at) ON invitation TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON invitation FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_inserts ON invitation FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER' AND accepted_at IS NULL AND invited_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_updates ON invitation FOR UPDATE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER' AND accepted_at IS NULL)
""",
    "GRANT SELECT ON invitation TO tailrace_auth",
    "GRANT UPDATE (accepted_at, accepted_by) ON invitation TO tailrace_auth",
    "CREATE POLICY auth_reads ON invitation FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_updates ON invitation FOR UPDATE TO tailrace_auth USING (true) WITH CHECK (true)",
    "ALTER TABLE mail_message ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE mail_message FORCE ROW LEVEL SECURITY",
    "GRANT INSERT ON mail_message TO tailrace_vendor",
    """
CREATE POLICY vendor_inserts ON mail_message FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT INSERT ON mail_message TO tailrace_distributor",
    """
CREATE POLICY distributor_inserts ON mail_message FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT INSERT ON mail_message TO tailrace_reseller",
    """
CREATE POLICY reseller_inserts ON mail_message FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON mail_message TO tailrace_worker",
    "GRANT INSERT ON mail_message TO tailrace_worker",
    "GRANT UPDATE (content, sent_at) ON mail_message TO tailrace_worker",
    """
CREATE POLICY worker_reads ON mail_message FOR SELECT TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON mail_message FOR INSERT TO tailrace_worker WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON mail_message FOR UPDATE TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT (organization_id, id, sent_at) ON mail_message TO tailrace_auth",
    "GRANT DELETE ON mail_message TO tailrace_auth",
    "CREATE POLICY auth_reads ON mail_message FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_deletes ON mail_message FOR DELETE TO tailrace_auth USING (true)",
    """
CREATE POLICY vendor_reads ON oauth_client FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_inserts ON oauth_client FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR' AND serves = 'OWN' AND NOT whole_person AND NOT resource_server)
""",
    """
CREATE POLICY vendor_updates ON oauth_client FOR UPDATE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR' AND (revoked_at IS NOT NULL OR (serves = 'OWN' AND NOT whole_person AND NOT resource_server)))
""",
    """
CREATE POLICY distributor_reads ON oauth_client FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_inserts ON oauth_client FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR' AND serves = 'OWN' AND NOT whole_person AND NOT resource_server)
""",
    """
CREATE POLICY distributor_updates ON oauth_client FOR UPDATE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR' AND (revoked_at IS NOT NULL OR (serves = 'OWN' AND NOT whole_person AND NOT resource_server)))
""",
    """
CREATE POLICY reseller_reads ON oauth_client FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_inserts ON oauth_client FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER' AND serves = 'OWN' AND NOT whole_person AND NOT resource_server)
""",
    """
CREATE POLICY reseller_updates ON oauth_client FOR UPDATE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER' AND (revoked_at IS NOT NULL OR (serves = 'OWN' AND NOT whole_person AND NOT resource_server)))
""",
    "CREATE POLICY auth_updates ON oauth_client FOR UPDATE TO tailrace_auth USING (true) WITH CHECK (true)",
    "CREATE POLICY webhooks_reads ON vendor FOR SELECT TO tailrace_webhooks USING (true)",
    "ALTER TABLE webhook ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE webhook FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (organization_id, id, level, url, events, created_at, version, rotated_at, disabled_at, disabled_because, failing_since) ON webhook TO tailrace_vendor
""",
    "GRANT INSERT ON webhook TO tailrace_vendor",
    """
GRANT UPDATE (url, events, version, disabled_at, disabled_because, failing_since) ON webhook TO tailrace_vendor
""",
    "GRANT DELETE ON webhook TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON webhook FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_inserts ON webhook FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_updates ON webhook FOR UPDATE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY vendor_deletes ON webhook FOR DELETE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
GRANT SELECT (organization_id, id, level, url, events, created_at, version, rotated_at, disabled_at, disabled_because, failing_since) ON webhook TO tailrace_distributor
""",
    "GRANT INSERT ON webhook TO tailrace_distributor",
    """
GRANT UPDATE (url, events, version, disabled_at, disabled_because, failing_since) ON webhook TO tailrace_distributor
""",
    "GRANT DELETE ON webhook TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON webhook FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_inserts ON webhook FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_updates ON webhook FOR UPDATE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_deletes ON webhook FOR DELETE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
GRANT SELECT (organization_id, id, level, url, events, created_at, version, rotated_at, disabled_at, disabled_because, failing_since) ON webhook TO tailrace_reseller
""",
    "GRANT INSERT ON webhook TO tailrace_reseller",
    """
GRANT UPDATE (url, events, version, disabled_at, disabled_because, failing_since) ON webhook TO tailrace_reseller
""",
    "GRANT DELETE ON webhook TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON webhook FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_inserts ON webhook FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_updates ON webhook FOR UPDATE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER') WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER')
""",
    """
CREATE POLICY reseller_deletes ON webhook FOR DELETE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER')
""",
    "GRANT SELECT ON webhook TO tailrace_webhooks",
    """
GRANT UPDATE (secret, previous_secret, previous_until, rotated_at, disabled_at, disabled_because, failing_since) ON webhook TO tailrace_webhooks
""",
    "CREATE POLICY webhooks_reads ON webhook FOR SELECT TO tailrace_webhooks USING (true)",
    "CREATE POLICY webhooks_updates ON webhook FOR UPDATE TO tailrace_webhooks USING (true) WITH CHECK (true)",
    "ALTER TABLE affiliation ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE affiliation FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON affiliation TO tailrace_vendor",
    "GRANT INSERT ON affiliation TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON affiliation FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON affiliation FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND proposed_by = nullif(current_setting('tailrace.actor_id', true), '') AND num_nonnulls(in_force_since, ended_on, dissolved_at, dissolved_by, dissolved_because) = 0)
""",
    "GRANT UPDATE (dissolved_at, dissolved_by, dissolved_because) ON affiliation TO tailrace_vendor",
    """
CREATE POLICY vendor_updates ON affiliation FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND num_nonnulls(ended_on, dissolved_at) = 0) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND dissolved_at IS NOT NULL AND dissolved_by = nullif(current_setting('tailrace.actor_id', true), ''))
""",
    "GRANT SELECT ON affiliation TO tailrace_worker",
    "GRANT UPDATE (in_force_since, ended_on) ON affiliation TO tailrace_worker",
    """
CREATE POLICY worker_reads ON affiliation FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON affiliation FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON approval_threshold FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND set_by = nullif(current_setting('tailrace.actor_id', true), ''))
""",
    """
CREATE POLICY vendor_updates ON approval_threshold FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND set_by = nullif(current_setting('tailrace.actor_id', true), ''))
""",
    "ALTER TABLE deal_terms ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE deal_terms FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON deal_terms TO tailrace_vendor",
    "GRANT INSERT ON deal_terms TO tailrace_vendor",
    """
GRANT UPDATE (days, extensions, extension_days, remind_days, currency, approves_up_to_minor, review_hours, checks_one_in, version) ON deal_terms TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON deal_terms FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON deal_terms FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON deal_terms FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT (vendor_id, days, extensions, extension_days, remind_days) ON deal_terms TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON deal_terms FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON deal_terms TO tailrace_worker",
    """
CREATE POLICY worker_reads ON deal_terms FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_reads ON membership FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND starts_with(role, 'VENDOR_'))
""",
    """
CREATE POLICY vendor_inserts ON membership FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND starts_with(role, 'VENDOR_') AND NOT (user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid))
""",
    """
CREATE POLICY vendor_deletes ON membership FOR DELETE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND starts_with(role, 'VENDOR_'))
""",
    """
CREATE POLICY distributor_reads ON membership FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND starts_with(role, 'DISTRIBUTOR_'))
""",
    """
CREATE POLICY distributor_inserts ON membership FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND starts_with(role, 'DISTRIBUTOR_') AND NOT (user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid))
""",
    """
CREATE POLICY distributor_deletes ON membership FOR DELETE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND starts_with(role, 'DISTRIBUTOR_'))
""",
    """
CREATE POLICY reseller_reads ON membership FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND starts_with(role, 'RESELLER_'))
""",
    """
CREATE POLICY reseller_inserts ON membership FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND starts_with(role, 'RESELLER_') AND NOT (user_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid))
""",
    """
CREATE POLICY reseller_deletes ON membership FOR DELETE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND starts_with(role, 'RESELLER_'))
""",
    """
CREATE POLICY auth_inserts ON membership FOR INSERT TO tailrace_auth WITH CHECK (invitation_id IS NOT NULL OR role IN ('DISTRIBUTOR_ADMIN', 'RESELLER_ADMIN'))
""",
    """
CREATE POLICY vendor_reads ON oauth_grant FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR')
""",
    """
CREATE POLICY distributor_reads ON oauth_grant FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    """
CREATE POLICY reseller_reads ON oauth_grant FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER')
""",
    "ALTER TABLE payout ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE payout FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON payout TO tailrace_vendor",
    "GRANT INSERT ON payout TO tailrace_vendor",
    "GRANT UPDATE (status, payment_reference, paid_by, paid_by_id, paid_at) ON payout TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON payout FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON payout FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND created_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND status = 'GATHERING')
""",
    """
CREATE POLICY vendor_updates ON payout FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status = 'OPEN') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status = 'PAID' AND paid_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    "GRANT SELECT ON payout TO tailrace_worker",
    "GRANT UPDATE (status, amount_minor, claims) ON payout TO tailrace_worker",
    """
CREATE POLICY worker_reads ON payout FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON payout FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status = 'GATHERING') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON program FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON program FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE spiff ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE spiff FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON spiff TO tailrace_vendor",
    "GRANT INSERT ON spiff TO tailrace_vendor",
    "GRANT UPDATE (ends_on, version) ON spiff TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON spiff FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON spiff FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON spiff FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, name, description, audience, currency, per_unit, starts_on, ends_on, days_to_claim, cap_minor, reviewed, product_ids, families, partner_types, countries, version, created_at) ON spiff TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON spiff FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND audience = 'DISTRIBUTOR' AND (distributor_ids = '{}' OR distributor_ids && (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])))
""",
    """
GRANT SELECT (vendor_id, id, name, description, audience, currency, per_unit, starts_on, ends_on, days_to_claim, cap_minor, reviewed, product_ids, families, partner_types, countries, version, created_at) ON spiff TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON spiff FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    "GRANT SELECT ON spiff TO tailrace_worker",
    """
CREATE POLICY worker_reads ON spiff FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON statement_run FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND asked_by = nullif(current_setting('tailrace.actor_id', true), '') AND finished_at IS NULL AND failed IS NULL)
""",
    "ALTER TABLE webhook_delivery ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE webhook_delivery FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON webhook_delivery TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON webhook_delivery FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'VENDOR')
""",
    "GRANT SELECT ON webhook_delivery TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON webhook_delivery FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'DISTRIBUTOR')
""",
    "GRANT SELECT ON webhook_delivery TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON webhook_delivery FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND level = 'RESELLER')
""",
    "GRANT SELECT ON webhook_delivery TO tailrace_webhooks",
    "GRANT INSERT ON webhook_delivery TO tailrace_webhooks",
    """
GRANT UPDATE (status, attempts, next_try_at, tried_at, delivered_at, response_code, error) ON webhook_delivery TO tailrace_webhooks
""",
    "GRANT DELETE ON webhook_delivery TO tailrace_webhooks",
    "CREATE POLICY webhooks_reads ON webhook_delivery FOR SELECT TO tailrace_webhooks USING (true)",
    "CREATE POLICY webhooks_inserts ON webhook_delivery FOR INSERT TO tailrace_webhooks WITH CHECK (true)",
    """
CREATE POLICY webhooks_updates ON webhook_delivery FOR UPDATE TO tailrace_webhooks USING (true) WITH CHECK (true)
""",
    "CREATE POLICY webhooks_deletes ON webhook_delivery FOR DELETE TO tailrace_webhooks USING (true)",
    "ALTER TABLE affiliation_member ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE affiliation_member FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, affiliation_id, distributor_id, name, purpose, proposed_at, accepted_at, left_at, reason, in_force_since, ended_on, ended_because) ON affiliation_member TO tailrace_vendor
""",
    "GRANT INSERT ON affiliation_member TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON affiliation_member FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON affiliation_member FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND num_nonnulls(accepted_at, accepted_by, left_at, left_by, reason, in_force_since, ended_on, ended_because) = 0)
""",
    """
GRANT SELECT (vendor_id, id, affiliation_id, distributor_id, name, purpose, proposed_at, accepted_at, left_at, reason, in_force_since, ended_on, ended_because) ON affiliation_member TO tailrace_distributor
""",
    """
GRANT UPDATE (accepted_at, accepted_by, left_at, left_by, reason) ON affiliation_member TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON affiliation_member FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_updates ON affiliation_member FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND left_at IS NULL) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (CASE WHEN left_at IS NULL THEN accepted_by = nullif(current_setting('tailrace.actor_id', true), '') ELSE left_by = nullif(current_setting('tailrace.actor_id', true), '') END))
""",
    "GRANT SELECT ON affiliation_member TO tailrace_worker",
    "GRANT UPDATE (in_force_since, ended_on, ended_because) ON affiliation_member TO tailrace_worker",
    """
CREATE POLICY worker_reads ON affiliation_member FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON affiliation_member FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE application_link ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE application_link FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON application_link TO tailrace_vendor",
    "GRANT INSERT ON application_link TO tailrace_vendor",
    "GRANT UPDATE (ended_at) ON application_link TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON application_link FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON application_link FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON application_link FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON application_link TO tailrace_auth",
    "CREATE POLICY auth_reads ON application_link FOR SELECT TO tailrace_auth USING (true)",
    "ALTER TABLE audit_notice ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE audit_notice FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON audit_notice TO tailrace_vendor",
    "GRANT INSERT ON audit_notice TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON audit_notice FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND audience = 'VENDOR')
""",
    """
CREATE POLICY vendor_inserts ON audit_notice FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND actor_level = 'VENDOR')
""",
    "GRANT SELECT ON audit_notice TO tailrace_distributor",
    "GRANT INSERT ON audit_notice TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON audit_notice FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND audience = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_inserts ON audit_notice FOR INSERT TO tailrace_distributor WITH CHECK (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND actor_party_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND actor_level = 'DISTRIBUTOR')
""",
    "GRANT SELECT ON audit_notice TO tailrace_reseller",
    "GRANT INSERT ON audit_notice TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON audit_notice FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    """
CREATE POLICY reseller_inserts ON audit_notice FOR INSERT TO tailrace_reseller WITH CHECK (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND actor_party_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND actor_level = 'RESELLER')
""",
    """
CREATE POLICY vendor_updates ON benefit FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND ended_at IS NULL) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE deal_customer ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE deal_customer FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON deal_customer TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON deal_customer FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT (vendor_id, id, distributor_id, name, domain) ON deal_customer TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON deal_customer FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON deal_customer TO tailrace_reseller",
    "GRANT INSERT ON deal_customer TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON deal_customer FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON deal_customer FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON deal_customer TO tailrace_worker",
    "GRANT UPDATE (name, domain) ON deal_customer TO tailrace_worker",
    """
CREATE POLICY worker_reads ON deal_customer FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON deal_customer FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE onboarding_step ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE onboarding_step FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON onboarding_step TO tailrace_vendor",
    "GRANT INSERT ON onboarding_step TO tailrace_vendor",
    "GRANT DELETE ON onboarding_step TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON onboarding_step FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON onboarding_step FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_deletes ON onboarding_step FOR DELETE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON onboarding_step TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON onboarding_step FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON onboarding_step TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON onboarding_step FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    "ALTER TABLE partner_invitation ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE partner_invitation FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, party_id, kind, distributor_id, party_name, country, vendor_name, email, invited_by, invited_by_name, created_at, sent_at, expires_at, accepted_at, withdrawn_at) ON partner_invitation TO tailrace_vendor
""",
    "GRANT INSERT ON partner_invitation TO tailrace_vendor",
    """
GRANT UPDATE (token_hash, sent_at, expires_at, withdrawn_at, invited_by, invited_by_name) ON partner_invitation TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON partner_invitation FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND distributor_id IS NULL)
""",
    """
CREATE POLICY vendor_inserts ON partner_invitation FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND distributor_id IS NULL AND accepted_at IS NULL AND invited_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON partner_invitation FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND distributor_id IS NULL) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND distributor_id IS NULL AND accepted_at IS NULL AND (withdrawn_at IS NOT NULL OR invited_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid))
""",
    """
GRANT SELECT (vendor_id, id, party_id, kind, distributor_id, party_name, country, vendor_name, email, invited_by, invited_by_name, created_at, sent_at, expires_at, accepted_at, withdrawn_at) ON partner_invitation TO tailrace_distributor
""",
    "GRANT INSERT ON partner_invitation TO tailrace_distributor",
    """
GRANT UPDATE (token_hash, sent_at, expires_at, withdrawn_at, invited_by, invited_by_name) ON partner_invitation TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON partner_invitation FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON partner_invitation FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND accepted_at IS NULL AND invited_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_updates ON partner_invitation FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND accepted_at IS NULL AND (withdrawn_at IS NOT NULL OR invited_by = nullif(current_setting('tailrace.actor_id', true), '')::uuid))
""",
    "GRANT SELECT ON partner_invitation TO tailrace_auth",
    "GRANT UPDATE (accepted_at, accepted_by) ON partner_invitation TO tailrace_auth",
    "CREATE POLICY auth_reads ON partner_invitation FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_updates ON partner_invitation FOR UPDATE TO tailrace_auth USING (true) WITH CHECK (true)",
    "ALTER TABLE program_application ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE program_application FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON program_application TO tailrace_reseller",
    "GRANT INSERT ON program_application TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON program_application FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON program_application FOR INSERT TO tailrace_reseller WITH CHECK (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON program_application TO tailrace_worker",
    "GRANT UPDATE (carried_out_at) ON program_application TO tailrace_worker",
    """
CREATE POLICY worker_reads ON program_application FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON program_application FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE program_fit ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE program_fit FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON program_fit TO tailrace_vendor",
    "GRANT INSERT ON program_fit TO tailrace_vendor",
    "GRANT DELETE ON program_fit TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON program_fit FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON program_fit FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_deletes ON program_fit FOR DELETE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON program_tier FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON program_tier FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE required_certification ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE required_certification FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON required_certification TO tailrace_vendor",
    "GRANT INSERT ON required_certification TO tailrace_vendor",
    "GRANT DELETE ON required_certification TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON required_certification FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON required_certification FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_deletes ON required_certification FOR DELETE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON required_certification TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON required_certification FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON required_certification TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON required_certification FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    "GRANT SELECT ON required_certification TO tailrace_worker",
    """
CREATE POLICY worker_reads ON required_certification FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE segment ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE segment FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON segment TO tailrace_vendor",
    "GRANT INSERT ON segment TO tailrace_vendor",
    """
GRANT UPDATE (name, description, partner_types, countries, program_id, from_rank, version) ON segment TO tailrace_vendor
""",
    "GRANT DELETE ON segment TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON segment FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON segment FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON segment FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_deletes ON segment FOR DELETE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE spiff_rep ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE spiff_rep FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON spiff_rep TO tailrace_distributor",
    "GRANT INSERT ON spiff_rep TO tailrace_distributor",
    "GRANT UPDATE (name, payout_reference, ended_at) ON spiff_rep TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON spiff_rep FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON spiff_rep FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND added_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND ended_at IS NULL)
""",
    """
CREATE POLICY distributor_updates ON spiff_rep FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON spiff_rep TO tailrace_reseller",
    "GRANT INSERT ON spiff_rep TO tailrace_reseller",
    "GRANT UPDATE (name, payout_reference, ended_at) ON spiff_rep TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON spiff_rep FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON spiff_rep FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND added_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND ended_at IS NULL)
""",
    """
CREATE POLICY reseller_updates ON spiff_rep FOR UPDATE TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON spiff_rep TO tailrace_worker",
    """
CREATE POLICY worker_reads ON spiff_rep FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_reads ON alert FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    """
CREATE POLICY reseller_updates ON alert FOR UPDATE TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER') WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    "ALTER TABLE application ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE application FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON application TO tailrace_vendor",
    "GRANT UPDATE (status, reason, party_id, decided_by, decided_at) ON application TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON application FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON application FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT (vendor_id, link_id, status) ON application TO tailrace_auth",
    "GRANT INSERT ON application TO tailrace_auth",
    "CREATE POLICY auth_reads ON application FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON application FOR INSERT TO tailrace_auth WITH CHECK (status = 'SUBMITTED')",
    """
CREATE POLICY vendor_inserts ON commitment_settlement FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND decided_by = nullif(current_setting('tailrace.actor_id', true), '') AND actual IS NULL AND commitment IS NULL AND shortfall IS NULL AND consequence IS NULL AND fee_minor IS NULL AND posted_minor IS NULL AND settled_at IS NULL)
""",
    "ALTER TABLE compliance_document ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE compliance_document FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, reseller_id, kind, title, valid_until, status, screening, reason, filename, media_type, byte_size, sha256, added_at, decided_at, decided_by) ON compliance_document TO tailrace_vendor
""",
    "GRANT UPDATE (status, screening, reason, decided_at, decided_by) ON compliance_document TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON compliance_document FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON compliance_document FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, reseller_id, kind, title, valid_until, status, reason, organization_id, file_id, filename, media_type, byte_size, sha256, added_at, decided_at) ON compliance_document TO tailrace_distributor
""",
    "GRANT INSERT ON compliance_document TO tailrace_distributor",
    "GRANT UPDATE (status) ON compliance_document TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON compliance_document FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON compliance_document FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'SUBMITTED' AND screening = 'NOT_SCREENED' AND num_nonnulls(reason, decided_at, decided_by) = 0)
""",
    """
CREATE POLICY distributor_updates ON compliance_document FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'WITHDRAWN')
""",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, reseller_id, kind, title, valid_until, status, reason, organization_id, file_id, filename, media_type, byte_size, sha256, added_at, decided_at) ON compliance_document TO tailrace_reseller
""",
    "GRANT INSERT ON compliance_document TO tailrace_reseller",
    "GRANT UPDATE (status) ON compliance_document TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON compliance_document FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON compliance_document FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'SUBMITTED' AND screening = 'NOT_SCREENED' AND num_nonnulls(reason, decided_at, decided_by) = 0)
""",
    """
CREATE POLICY reseller_updates ON compliance_document FOR UPDATE TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'WITHDRAWN')
""",
    "GRANT SELECT ON compliance_document TO tailrace_worker",
    """
CREATE POLICY worker_reads ON compliance_document FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE contested_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE contested_line FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, reseller_id, distributor_id, document_kind, document_number, document_line, submission_id, row_number, component, recorded, reason, contested_at, status, answer, closed_at, version, agreement_id) ON contested_line TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON contested_line FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed_reseller_id = reseller_id)
""",
    """
GRANT SELECT (vendor_id, id, reseller_id, distributor_id, document_kind, document_number, document_line, submission_id, row_number, component, recorded, reason, contested_at, status, answer, closed_at, version, agreement_id) ON contested_line TO tailrace_distributor
""",
    "GRANT UPDATE (status, answer, closed_at, version) ON contested_line TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON contested_line FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_updates ON contested_line FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'OPEN') WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status IN ('UPHELD', 'ACCEPTED'))
""",
    """
GRANT SELECT (vendor_id, id, reseller_id, distributor_id, document_kind, document_number, document_line, submission_id, row_number, component, recorded, reason, contested_at, status, answer, closed_at, version, contested_by, contested_by_id) ON contested_line TO tailrace_reseller
""",
    "GRANT INSERT ON contested_line TO tailrace_reseller",
    "GRANT UPDATE (status, closed_at, version) ON contested_line TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON contested_line FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON contested_line FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'OPEN' AND num_nonnulls(agreement_id, disclosed_reseller_id) = 0 AND contested_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_updates ON contested_line FOR UPDATE TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'OPEN') WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'WITHDRAWN')
""",
    "GRANT SELECT ON contested_line TO tailrace_worker",
    "GRANT UPDATE (agreement_id, disclosed_reseller_id) ON contested_line TO tailrace_worker",
    """
CREATE POLICY worker_reads ON contested_line FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON contested_line FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE deal ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE deal FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, reseller_id, customer_id, content, name, status, currency, amount_minor, expected_close_on, registered_at, protected_from, protected_until, extensions_left, extension_days, won_on, closed_on, won_minor, version, entered_at, decision_reason, close_reason, waits_for, reviewed_at, disclosed_distributor_id, disclosed_agreement_id) ON deal TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON deal FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT UPDATE (status, protected_from, protected_until, protected_at_most, extensions_left, extension_days, decision_reason, closed_on, version) ON deal TO tailrace_vendor
""",
    """
CREATE POLICY vendor_updates ON deal FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status = 'SUBMITTED') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status IN ('APPROVED', 'REJECTED'))
""",
    """
GRANT SELECT (vendor_id, id, reseller_id, customer_id, content, name, status, currency, amount_minor, expected_close_on, registered_at, protected_from, protected_until, extensions_left, extension_days, won_on, closed_on, won_minor, version, distributor_id, agreement_id) ON deal TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON deal FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
GRANT SELECT (vendor_id, id, reseller_id, customer_id, content, name, status, currency, amount_minor, expected_close_on, registered_at, protected_from, protected_until, extensions_left, extension_days, won_on, closed_on, won_minor, version, entered_at, decision_reason, close_reason, registered_by, registered_by_id, distributor_id) ON deal TO tailrace_reseller
""",
    "GRANT INSERT ON deal TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON deal FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON deal FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND registered_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND status = 'SUBMITTED' AND num_nonnulls(protected_from, won_on, won_minor, closed_on, decision_reason, close_reason, waits_for, reviewed_at, reminded_for) = 0 AND extensions_left = 0)
""",
    """
GRANT UPDATE (customer_id, content, name, currency, amount_minor, expected_close_on, distributor_id, agreement_id, disclosed_distributor_id, disclosed_agreement_id, entered_at, reviewed_at, status, protected_until, extensions_left, won_on, won_minor, closed_on, close_reason, version) ON deal TO tailrace_reseller
""",
    """
CREATE POLICY reseller_updates ON deal FOR UPDATE TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status IN ('SUBMITTED', 'APPROVED', 'EXPIRED')) WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status IN ('SUBMITTED', 'APPROVED', 'WON', 'LOST', 'WITHDRAWN'))
""",
    "GRANT SELECT ON deal TO tailrace_worker",
    """
GRANT UPDATE (status, protected_from, protected_until, protected_at_most, extensions_left, extension_days, decision_reason, closed_on, version, reviewed_at, waits_for, reminded_for) ON deal TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON deal FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON deal FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON enrollment FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON enrollment FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE fund ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE fund FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON fund TO tailrace_vendor",
    "GRANT INSERT ON fund TO tailrace_vendor",
    """
GRANT UPDATE (accrued_minor, granted_minor, reserved_minor, paid_minor, expired_minor, shortfall_minor, entries, name, expires_on, accruals, reimbursement_share, claim_days, approves_up_to_minor, version) ON fund TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON fund FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON fund FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON fund FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, reseller_id, kind, name, currency, starts_on, expires_on, accrues_per, accruals, reimbursement_share, claim_days, approves_up_to_minor, accrued_minor, granted_minor, reserved_minor, paid_minor, expired_minor, shortfall_minor, entries, version, created_at) ON fund TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON fund FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, reseller_id, kind, name, currency, starts_on, expires_on, accrues_per, accruals, reimbursement_share, claim_days, approves_up_to_minor, accrued_minor, granted_minor, reserved_minor, paid_minor, expired_minor, shortfall_minor, entries, version, created_at) ON fund TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON fund FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON fund TO tailrace_worker",
    """
GRANT UPDATE (accrued_minor, granted_minor, reserved_minor, paid_minor, expired_minor, shortfall_minor, entries, reckoned_to, reckoned_on) ON fund TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON fund FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON fund FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON incentive_term FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND affiliates_left_on IS NULL AND (rule ->> 'aggregate' <> 'AFFILIATES' OR affiliation_id IS NOT NULL))
""",
    """
CREATE POLICY worker_updates ON incentive_term FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_reads ON party_link FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_updates ON party_link FOR UPDATE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_reads ON party_link FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_updates ON party_link FOR UPDATE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "CREATE POLICY auth_inserts ON party_link FOR INSERT TO tailrace_auth WITH CHECK (invitation_id IS NOT NULL)",
    """
CREATE POLICY worker_reads ON party_link FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "CREATE POLICY webhooks_reads ON party_link FOR SELECT TO tailrace_webhooks USING (true)",
    "ALTER TABLE payout_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE payout_line FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON payout_line TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON payout_line FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON payout_line TO tailrace_worker",
    "GRANT INSERT ON payout_line TO tailrace_worker",
    """
CREATE POLICY worker_reads ON payout_line FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON payout_line FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON reseller_authorization FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE reseller_obligation ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE reseller_obligation FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON reseller_obligation TO tailrace_vendor",
    "GRANT INSERT ON reseller_obligation TO tailrace_vendor",
    "GRANT UPDATE (active, new, enabled, version, set_at) ON reseller_obligation TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON reseller_obligation FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON reseller_obligation FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON reseller_obligation FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON reseller_obligation TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON reseller_obligation FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "ALTER TABLE segment_member ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE segment_member FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON segment_member TO tailrace_vendor",
    "GRANT INSERT ON segment_member TO tailrace_vendor",
    "GRANT DELETE ON segment_member TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON segment_member FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON segment_member FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_deletes ON segment_member FOR DELETE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE spiff_claim ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE spiff_claim FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, spiff_id, distributor_id, reseller_id, product_id, currency, asked, status, approved, amount_minor, denials, verdict_reason, adjusts_id, filed_at, decided_at, paid_at, disclosed_seller_id, disclosed_document_number, disclosed_document_line, disclosed_sold_on, disclosed_serial_numbers, rep_id, verdict, verdict_by, verdict_by_id, payout_id) ON spiff_claim TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON spiff_claim FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT UPDATE (verdict, verdict_reason, verdict_by, verdict_by_id, status, paid_at) ON spiff_claim TO tailrace_vendor
""",
    """
CREATE POLICY vendor_updates ON spiff_claim FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (status = 'CLAIMED' AND verdict IS NULL OR status = 'APPROVED' AND payout_id IS NOT NULL)) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (status = 'CLAIMED' AND verdict_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid OR status = 'PAID'))
""",
    """
GRANT SELECT (vendor_id, id, spiff_id, distributor_id, reseller_id, product_id, currency, asked, status, approved, amount_minor, denials, verdict_reason, adjusts_id, filed_at, decided_at, paid_at, seller_id, document_number, document_line, component, sold_on, serial_numbers, rep_id, filed_by, filed_by_id) ON spiff_claim TO tailrace_distributor
""",
    "GRANT INSERT ON spiff_claim TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON spiff_claim FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON spiff_claim FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'CLAIMED' AND approved = 0 AND amount_minor = 0 AND denials = '[]' AND num_nonnulls(verdict, verdict_reason, verdict_by, verdict_by_id, adjusts_id, decided_at, payout_id, paid_at, disclosed_seller_id, disclosed_document_number, disclosed_document_line, disclosed_sold_on, disclosed_serial_numbers) = 0 AND filed_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, id, spiff_id, distributor_id, reseller_id, product_id, currency, asked, status, approved, amount_minor, denials, verdict_reason, adjusts_id, filed_at, decided_at, paid_at, seller_id, document_number, document_line, component, sold_on, serial_numbers, rep_id, filed_by, filed_by_id) ON spiff_claim TO tailrace_reseller
""",
    "GRANT INSERT ON spiff_claim TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON spiff_claim FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON spiff_claim FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'CLAIMED' AND approved = 0 AND amount_minor = 0 AND denials = '[]' AND num_nonnulls(verdict, verdict_reason, verdict_by, verdict_by_id, adjusts_id, decided_at, payout_id, paid_at, disclosed_seller_id, disclosed_document_number, disclosed_document_line, disclosed_sold_on, disclosed_serial_numbers) = 0 AND filed_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid)
""",
    "GRANT SELECT ON spiff_claim TO tailrace_worker",
    "GRANT INSERT ON spiff_claim TO tailrace_worker",
    """
GRANT UPDATE (status, approved, amount_minor, denials, decided_at, payout_id, disclosed_seller_id, disclosed_document_number, disclosed_document_line, disclosed_sold_on, disclosed_serial_numbers) ON spiff_claim TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON spiff_claim FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON spiff_claim FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON spiff_claim FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_deletes ON tier_requirement FOR DELETE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_reads ON tier_requirement FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE certification ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE certification FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON certification TO tailrace_vendor",
    "GRANT INSERT ON certification TO tailrace_vendor",
    "GRANT UPDATE (status, reason, decided_at) ON certification TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON certification FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed)
""",
    """
CREATE POLICY vendor_inserts ON certification FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND recorded_by = 'VENDOR' AND status = 'VERIFIED' AND num_nonnulls(reason, decided_at) = 0)
""",
    """
CREATE POLICY vendor_updates ON certification FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed)
""",
    "GRANT SELECT ON certification TO tailrace_distributor",
    "GRANT INSERT ON certification TO tailrace_distributor",
    "GRANT UPDATE (status, reason, decided_at) ON certification TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON certification FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON certification FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'VERIFIED' AND num_nonnulls(reason, decided_at) = 0)
""",
    """
CREATE POLICY distributor_updates ON certification FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'REVOKED')
""",
    "GRANT SELECT ON certification TO tailrace_reseller",
    "GRANT INSERT ON certification TO tailrace_reseller",
    "GRANT UPDATE (status, reason, decided_at) ON certification TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON certification FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON certification FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND recorded_by = 'RESELLER' AND status = 'RECORDED' AND num_nonnulls(reason, decided_at) = 0)
""",
    """
CREATE POLICY reseller_updates ON certification FOR UPDATE TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND recorded_by = 'RESELLER') WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND recorded_by = 'RESELLER' AND status = 'REVOKED')
""",
    "GRANT SELECT ON certification TO tailrace_worker",
    """
CREATE POLICY worker_reads ON certification FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE deal_event ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE deal_event FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON deal_event TO tailrace_vendor",
    "GRANT INSERT ON deal_event TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON deal_event FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON deal_event FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND acted_as = 'VENDOR' AND act IN ('APPROVED', 'REJECTED'))
""",
    "GRANT SELECT ON deal_event TO tailrace_reseller",
    "GRANT INSERT ON deal_event TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON deal_event FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON deal_event FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND acted_as = 'RESELLER' AND act NOT IN ('APPROVED', 'REJECTED', 'REMINDED', 'EXPIRED'))
""",
    "GRANT SELECT ON deal_event TO tailrace_worker",
    "GRANT INSERT ON deal_event TO tailrace_worker",
    """
CREATE POLICY worker_reads ON deal_event FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON deal_event FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE deal_product ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE deal_product FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON deal_product TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON deal_product FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON deal_product TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON deal_product FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON deal_product TO tailrace_reseller",
    "GRANT INSERT ON deal_product TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON deal_product FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON deal_product FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON deal_product TO tailrace_worker",
    """
CREATE POLICY worker_reads ON deal_product FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE enablement_activity ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE enablement_activity FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON enablement_activity TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON enablement_activity FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed)
""",
    "GRANT SELECT ON enablement_activity TO tailrace_distributor",
    "GRANT INSERT ON enablement_activity TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON enablement_activity FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON enablement_activity FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON enablement_activity TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON enablement_activity FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY worker_reads ON enrollment_event FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON enrollment_event FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE fund_request ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE fund_request FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON fund_request TO tailrace_vendor",
    """
GRANT UPDATE (status, reason, decided_at, decided_by, decided_by_id, approved_minor) ON fund_request TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON fund_request FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON fund_request FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status = 'SUBMITTED') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND decided_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND status IN ('APPROVED', 'REJECTED'))
""",
    """
GRANT SELECT (vendor_id, id, fund_id, agreement_id, distributor_id, reseller_id, currency, activity, description, starts_on, ends_on, planned_minor, asked_minor, reimbursement_share, claim_days, status, approved_minor, claimed_minor, paid_minor, released_minor, reason, filed_at, decided_at, closed_at) ON fund_request TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON fund_request FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
GRANT SELECT (vendor_id, id, fund_id, agreement_id, distributor_id, reseller_id, currency, activity, description, starts_on, ends_on, planned_minor, asked_minor, reimbursement_share, claim_days, status, approved_minor, claimed_minor, paid_minor, released_minor, reason, filed_at, decided_at, closed_at) ON fund_request TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON fund_request FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT INSERT ON fund_request TO tailrace_distributor",
    """
CREATE POLICY distributor_inserts ON fund_request FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'SUBMITTED' AND num_nonnulls(approved_minor, reason, decided_at, decided_by, decided_by_id, closed_at) = 0 AND claimed_minor + paid_minor + released_minor = 0)
""",
    "GRANT INSERT ON fund_request TO tailrace_reseller",
    """
CREATE POLICY reseller_inserts ON fund_request FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'SUBMITTED' AND num_nonnulls(approved_minor, reason, decided_at, decided_by, decided_by_id, closed_at) = 0 AND claimed_minor + paid_minor + released_minor = 0)
""",
    "GRANT UPDATE (status, closed_at) ON fund_request TO tailrace_distributor",
    """
CREATE POLICY distributor_updates ON fund_request FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'SUBMITTED' AND num_nonnulls(approved_minor, reason, decided_at, decided_by, decided_by_id, closed_at) = 0 AND claimed_minor + paid_minor + released_minor = 0) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'WITHDRAWN')
""",
    "GRANT UPDATE (status, closed_at) ON fund_request TO tailrace_reseller",
    """
CREATE POLICY reseller_updates ON fund_request FOR UPDATE TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'SUBMITTED' AND num_nonnulls(approved_minor, reason, decided_at, decided_by, decided_by_id, closed_at) = 0 AND claimed_minor + paid_minor + released_minor = 0) WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'WITHDRAWN')
""",
    "GRANT SELECT ON fund_request TO tailrace_worker",
    """
GRANT UPDATE (status, approved_minor, claimed_minor, paid_minor, released_minor, decided_at, reason, closed_at) ON fund_request TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON fund_request FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON fund_request FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE onboarding_completion ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE onboarding_completion FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, program_id, agreement_id, distributor_id, reseller_id, kind, title, completed_by, version, signer, reference, document_id, completed_on, completed_at) ON onboarding_completion TO tailrace_vendor
""",
    "GRANT INSERT ON onboarding_completion TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON onboarding_completion FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON onboarding_completion FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND completed_by = 'VENDOR')
""",
    "GRANT SELECT ON onboarding_completion TO tailrace_distributor",
    "GRANT INSERT ON onboarding_completion TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON onboarding_completion FOR SELECT TO tailrace_distributor USING ((distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) OR by_distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])))
""",
    """
CREATE POLICY distributor_inserts ON onboarding_completion FOR INSERT TO tailrace_distributor WITH CHECK ((distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) OR by_distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) AND completed_by = 'DISTRIBUTOR')
""",
    "GRANT SELECT ON onboarding_completion TO tailrace_reseller",
    "GRANT INSERT ON onboarding_completion TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON onboarding_completion FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON onboarding_completion FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND completed_by = 'RESELLER')
""",
    """
CREATE POLICY vendor_inserts ON special_price FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND granted_by = nullif(current_setting('tailrace.actor_id', true), ''))
""",
    """
CREATE POLICY vendor_inserts ON stock_credit_act FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND acted_as = 'VENDOR' AND act IN ('APPROVE', 'DENY', 'CREDIT') AND acted_by = nullif(current_setting('tailrace.actor_id', true), '') AND carried_out_at IS NULL AND refused IS NULL)
""",
    """
CREATE POLICY distributor_inserts ON stock_credit_act FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND acted_as = 'DISTRIBUTOR' AND act IN ('ACCEPT', 'DISPUTE', 'WITHDRAW') AND acted_by = nullif(current_setting('tailrace.actor_id', true), '') AND carried_out_at IS NULL AND refused IS NULL)
""",
    "ALTER TABLE tier_standing ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE tier_standing FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON tier_standing TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON tier_standing FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON tier_standing TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON tier_standing FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON tier_standing TO tailrace_worker",
    "GRANT INSERT ON tier_standing TO tailrace_worker",
    """
GRANT UPDATE (tier_id, evaluated_on, move, kept_until, reviewed_on, next_review, rule, findings) ON tier_standing TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON tier_standing FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON tier_standing FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON tier_standing FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON worked_example FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND proposed_as = 'VENDOR' AND proposed_by = nullif(current_setting('tailrace.actor_id', true), '') AND num_nonnulls(accepted, answered_at, answered_by, withdrawn_at) = 0)
""",
    """
CREATE POLICY vendor_updates ON worked_example FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND withdrawn_at IS NULL AND (proposed_as = 'VENDOR' OR accepted IS NULL)) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (proposed_as = 'VENDOR' AND withdrawn_at IS NOT NULL OR proposed_as <> 'VENDOR' AND withdrawn_at IS NULL AND accepted IS NOT NULL AND answered_by = nullif(current_setting('tailrace.actor_id', true), '')))
""",
    """
CREATE POLICY distributor_inserts ON worked_example FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND proposed_as = 'DISTRIBUTOR' AND proposed_by = nullif(current_setting('tailrace.actor_id', true), '') AND num_nonnulls(accepted, answered_at, answered_by, withdrawn_at) = 0)
""",
    """
CREATE POLICY distributor_updates ON worked_example FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND withdrawn_at IS NULL AND (proposed_as = 'DISTRIBUTOR' OR accepted IS NULL)) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (proposed_as = 'DISTRIBUTOR' AND withdrawn_at IS NOT NULL OR proposed_as <> 'DISTRIBUTOR' AND withdrawn_at IS NULL AND accepted IS NOT NULL AND answered_by = nullif(current_setting('tailrace.actor_id', true), '')))
""",
    """
CREATE POLICY vendor_inserts ON advance FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND recorded_by = nullif(current_setting('tailrace.actor_id', true), '') AND num_nonnulls(approvals_needed, approved, reason, decided_by, decided_at, posted_at, refused) = 0)
""",
    """
CREATE POLICY vendor_updates ON advance FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND approved IS NULL AND posted_at IS NULL AND refused IS NULL) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND decided_by = nullif(current_setting('tailrace.actor_id', true), '') AND approved IS NOT NULL)
""",
    "ALTER TABLE fund_claim ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE fund_claim FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON fund_claim TO tailrace_vendor",
    """
GRANT UPDATE (status, reason, decided_at, decided_by, decided_by_id, approved_cost_minor, approved_minor) ON fund_claim TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON fund_claim FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON fund_claim FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND status = 'SUBMITTED') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND decided_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND status IN ('APPROVED', 'REJECTED'))
""",
    """
GRANT SELECT (vendor_id, id, request_id, agreement_id, distributor_id, reseller_id, currency, cost_minor, invoice_number, note, status, approved_cost_minor, approved_minor, reason, payment_reference, filed_at, decided_at, paid_at) ON fund_claim TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON fund_claim FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
GRANT SELECT (vendor_id, id, request_id, agreement_id, distributor_id, reseller_id, currency, cost_minor, invoice_number, note, status, approved_cost_minor, approved_minor, reason, payment_reference, filed_at, decided_at, paid_at) ON fund_claim TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON fund_claim FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT INSERT ON fund_claim TO tailrace_distributor",
    """
CREATE POLICY distributor_inserts ON fund_claim FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'SUBMITTED' AND num_nonnulls(approved_cost_minor, approved_minor, reason, payment_reference, decided_at, decided_by, decided_by_id, paid_at) = 0)
""",
    "GRANT INSERT ON fund_claim TO tailrace_reseller",
    """
CREATE POLICY reseller_inserts ON fund_claim FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND status = 'SUBMITTED' AND num_nonnulls(approved_cost_minor, approved_minor, reason, payment_reference, decided_at, decided_by, decided_by_id, paid_at) = 0)
""",
    "GRANT SELECT ON fund_claim TO tailrace_worker",
    "GRANT UPDATE (status, payment_reference, paid_at) ON fund_claim TO tailrace_worker",
    """
CREATE POLICY worker_reads ON fund_claim FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON fund_claim FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON gate_proof FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND confirmed_by = nullif(current_setting('tailrace.actor_id', true), ''))
""",
    """
CREATE POLICY vendor_inserts ON statement_decision FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND decided_as = 'VENDOR' AND decision <> 'DISPUTE' AND decided_by = nullif(current_setting('tailrace.actor_id', true), '') AND carried_out_at IS NULL AND refused IS NULL)
""",
    """
CREATE POLICY distributor_inserts ON statement_decision FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND decided_as = 'DISTRIBUTOR' AND decision IN ('DISPUTE', 'WITHDRAW_DISPUTE') AND decided_by = nullif(current_setting('tailrace.actor_id', true), '') AND carried_out_at IS NULL AND refused IS NULL)
""",
    "ALTER TABLE statement_return ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE statement_return FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON statement_return TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON statement_return FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON statement_return TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON statement_return FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON statement_return TO tailrace_worker",
    "GRANT INSERT ON statement_return TO tailrace_worker",
    """
CREATE POLICY worker_reads ON statement_return FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON statement_return FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE submission_claim_effect ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE submission_claim_effect FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON submission_claim_effect TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON submission_claim_effect FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND agreement_id IS NOT NULL AND (previewed_by IS NULL OR previewed_by = 'VENDOR') AND kind <> 'DEBIT_CLAIMABLE')
""",
    "GRANT SELECT ON submission_claim_effect TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON submission_claim_effect FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR'))
""",
    "GRANT SELECT ON submission_claim_effect TO tailrace_worker",
    "GRANT INSERT ON submission_claim_effect TO tailrace_worker",
    """
CREATE POLICY worker_reads ON submission_claim_effect FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON submission_claim_effect FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT DELETE ON submission_claim_effect TO tailrace_worker",
    """
CREATE POLICY worker_deletes ON submission_claim_effect FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND previewed_by IS NOT NULL)
""",
    """
CREATE POLICY vendor_inserts ON debit_claim_act FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND acted_as = 'VENDOR' AND act IN ('DECIDE', 'CREDIT') AND acted_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND carried_out_at IS NULL AND refused IS NULL)
""",
    """
CREATE POLICY distributor_inserts ON debit_claim_act FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND acted_as = 'DISTRIBUTOR' AND act IN ('DISPUTE', 'WITHDRAW') AND acted_by_id = nullif(current_setting('tailrace.actor_id', true), '')::uuid AND carried_out_at IS NULL AND refused IS NULL)
""",
    "ALTER TABLE fund_entry ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE fund_entry FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON fund_entry TO tailrace_vendor",
    "GRANT INSERT ON fund_entry TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON fund_entry FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON fund_entry FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
GRANT SELECT (vendor_id, fund_id, number, agreement_id, distributor_id, reseller_id, currency, kind, amount_minor, available_minor, shortfall_minor, period_start, request_id, claim_id, reason, recorded_at) ON fund_entry TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON fund_entry FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
GRANT SELECT (vendor_id, fund_id, number, agreement_id, distributor_id, reseller_id, currency, kind, amount_minor, available_minor, shortfall_minor, period_start, request_id, claim_id, reason, recorded_at) ON fund_entry TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON fund_entry FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON fund_entry TO tailrace_worker",
    "GRANT INSERT ON fund_entry TO tailrace_worker",
    """
CREATE POLICY worker_reads ON fund_entry FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON fund_entry FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE fund_proof ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE fund_proof FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, claim_id, agreement_id, distributor_id, reseller_id, filename, media_type, byte_size, sha256, added_at) ON fund_proof TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON fund_proof FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON fund_proof TO tailrace_distributor",
    "GRANT INSERT ON fund_proof TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON fund_proof FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON fund_proof FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON fund_proof TO tailrace_reseller",
    "GRANT INSERT ON fund_proof TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON fund_proof FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY reseller_inserts ON fund_proof FOR INSERT TO tailrace_reseller WITH CHECK (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON fund_proof TO tailrace_worker",
    """
CREATE POLICY worker_reads ON fund_proof FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "REVOKE ALL ON accrual FROM tailrace_worker",
    "REVOKE ALL ON advance FROM tailrace_worker",
    "REVOKE ALL ON agreement_money_terms FROM tailrace_distributor",
    "REVOKE ALL ON alert FROM tailrace_distributor",
    "REVOKE ALL ON alert FROM tailrace_vendor",
    "REVOKE ALL ON alert FROM tailrace_worker",
    "REVOKE ALL ON alias FROM tailrace_worker",
    "REVOKE ALL ON debit_claim_act FROM tailrace_distributor",
    "REVOKE ALL ON enrollment FROM tailrace_vendor",
    "REVOKE ALL ON inventory_count FROM tailrace_worker",
    "REVOKE ALL ON oauth_client FROM tailrace_operator",
    "REVOKE ALL ON reseller_authorization FROM tailrace_distributor",
    "REVOKE ALL ON reseller_authorization FROM tailrace_vendor",
    "REVOKE ALL ON special_price FROM tailrace_distributor",
    "REVOKE ALL ON statement FROM tailrace_distributor",
    "REVOKE ALL ON statement FROM tailrace_worker",
    "REVOKE ALL ON stock_movement FROM tailrace_worker",
    "REVOKE ALL ON worked_example FROM tailrace_distributor",
    "REVOKE ALL ON worked_example FROM tailrace_vendor",
    "GRANT SELECT ON statement TO tailrace_worker",
    "GRANT INSERT ON statement TO tailrace_worker",
    """
GRANT UPDATE (period_end, status, revision, qualifying, paying, lines, unvalued, entitled_minor, settled_minor, payable_minor, accrued_minor, brought, carried, came_to_minor, paid_on, share_cutoff, approvals_needed, disputed_from, calculated_by, calculated_by_name, calculated_at, approved_at, credited_at, credit_number) ON statement TO tailrace_worker
""",
    "GRANT DELETE ON statement TO tailrace_worker",
    "GRANT SELECT ON alert TO tailrace_worker",
    "GRANT INSERT ON alert TO tailrace_worker",
    "GRANT UPDATE (rows, evidence, facts, due_on, settled_at, settled_by) ON alert TO tailrace_worker",
    "GRANT SELECT ON reseller_authorization TO tailrace_vendor",
    "GRANT INSERT ON reseller_authorization TO tailrace_vendor",
    """
GRANT UPDATE (accounts, effective_end, status, suspended_by, suspension_reason, version, planned_status, planned_on, planned_by, planned_reason) ON reseller_authorization TO tailrace_vendor
""",
    "GRANT SELECT ON membership TO tailrace_distributor",
    "GRANT INSERT ON membership TO tailrace_distributor",
    "GRANT DELETE ON membership TO tailrace_distributor",
    """
GRANT SELECT (vendor_id, id, term_id, incentive_id, agreement_id, distributor_id, period_start, sequence, currency, period_end, status, revision, qualifying, paying, lines, unvalued, entitled_minor, settled_minor, payable_minor, accrued_minor, brought, carried, came_to_minor, paid_on, share_cutoff, approvals_needed, disputed_from, calculated_at, approved_at, credited_at, credit_number) ON statement TO tailrace_distributor
""",
    "GRANT SELECT ON alert TO tailrace_distributor",
    "GRANT UPDATE (settled_at, settled_by, assignee_id, assignee) ON alert TO tailrace_distributor",
    """
GRANT SELECT (id, organization_id, level, name, roles, scopes, authentication, grant_types, redirect_uris, origins, serves, whole_person, resource_server, created_at, rotated_at, revoked_at, last_used_at, known_to) ON oauth_client TO tailrace_vendor
""",
    "GRANT INSERT ON oauth_client TO tailrace_vendor",
    """
GRANT UPDATE (secret_hash, redirect_uris, origins, rotated_at, revoked_at, known_to) ON oauth_client TO tailrace_vendor
""",
    "GRANT UPDATE (ended_at) ON benefit TO tailrace_vendor",
    "GRANT UPDATE (last_used_at) ON oauth_client TO tailrace_auth",
    "GRANT INSERT ON party_link TO tailrace_auth",
    """
GRANT SELECT (vendor_id, agreement_id, distributor_id, effective_from, protects, look_back_days, in_transit, minimum_drop, writes_up, rotation_share, offsetting_share, rotation_excludes, advance_share, stock_min_weeks, stock_max_weeks, set_at) ON agreement_money_terms TO tailrace_distributor
""",
    "GRANT INSERT ON organization TO tailrace_auth",
    "GRANT SELECT ON enrollment TO tailrace_vendor",
    "GRANT INSERT ON enrollment TO tailrace_vendor",
    """
GRANT UPDATE (status, tier_id, since, version, pinned_until, planned_status, planned_on, planned_reason) ON enrollment TO tailrace_vendor
""",
    "GRANT SELECT (vendor_id, party_id, linked_from, linked_until, invitation_id) ON party_link TO tailrace_worker",
    "GRANT SELECT ON membership TO tailrace_reseller",
    "GRANT INSERT ON membership TO tailrace_reseller",
    "GRANT DELETE ON membership TO tailrace_reseller",
    "GRANT SELECT ON alert TO tailrace_reseller",
    "GRANT UPDATE (settled_at, settled_by, assignee_id, assignee) ON alert TO tailrace_reseller",
    "GRANT SELECT (organization_id, user_id, level, created_at) ON oauth_grant TO tailrace_distributor",
    """
GRANT SELECT (vendor_id, id, term_id, agreement_id, distributor_id, title, given, expected_minor, proposed_as, proposed_at, accepted, answered_at, withdrawn_at) ON worked_example TO tailrace_distributor
""",
    "GRANT INSERT ON worked_example TO tailrace_distributor",
    "GRANT UPDATE (answered_by, answered_at, accepted, withdrawn_at) ON worked_example TO tailrace_distributor",
    "GRANT SELECT ON oauth_client TO tailrace_operator",
    "GRANT INSERT ON oauth_client TO tailrace_operator",
    """
GRANT UPDATE (secret_hash, jwks, redirect_uris, origins, rotated_at, revoked_at, known_to) ON oauth_client TO tailrace_operator
""",
    "GRANT UPDATE (name) ON program_tier TO tailrace_vendor",
    "GRANT SELECT ON program TO tailrace_worker",
    "GRANT SELECT ON alias TO tailrace_worker",
    "GRANT INSERT ON alias TO tailrace_worker",
    "GRANT UPDATE (undone_at, released_rows, returned_rows) ON alias TO tailrace_worker",
    "GRANT SELECT ON tier_requirement TO tailrace_worker",
    """
GRANT UPDATE (status, suspended_by, suspension_reason, version, planned_status, planned_on, planned_by, planned_reason) ON reseller_authorization TO tailrace_worker
""",
    "GRANT SELECT (vendor_id, party_id, organization_id, linked_until) ON party_link TO tailrace_webhooks",
    "GRANT UPDATE (approved, reason, decided_by, decided_by_name, decided_at) ON advance TO tailrace_vendor",
    "GRANT SELECT ON membership TO tailrace_vendor",
    "GRANT INSERT ON membership TO tailrace_vendor",
    "GRANT DELETE ON membership TO tailrace_vendor",
    "GRANT SELECT (organization_id, user_id, level, created_at) ON oauth_grant TO tailrace_reseller",
    """
GRANT SELECT (vendor_id, id, term_id, agreement_id, distributor_id, title, given, expected_minor, proposed_as, proposed_at, accepted, answered_at, withdrawn_at) ON worked_example TO tailrace_vendor
""",
    "GRANT INSERT ON worked_example TO tailrace_vendor",
    "GRANT UPDATE (answered_by, answered_at, accepted, withdrawn_at) ON worked_example TO tailrace_vendor",
    "GRANT INSERT ON membership TO tailrace_auth",
    """
GRANT SELECT (id, organization_id, level, name, roles, scopes, authentication, grant_types, redirect_uris, origins, serves, whole_person, resource_server, created_at, rotated_at, revoked_at, last_used_at, known_to) ON oauth_client TO tailrace_distributor
""",
    "GRANT INSERT ON oauth_client TO tailrace_distributor",
    """
GRANT UPDATE (secret_hash, redirect_uris, origins, rotated_at, revoked_at, known_to) ON oauth_client TO tailrace_distributor
""",
    "GRANT INSERT ON enrollment TO tailrace_worker",
    """
GRANT UPDATE (status, tier_id, since, version, pinned_until, planned_status, planned_on, planned_reason) ON enrollment TO tailrace_worker
""",
    "GRANT INSERT ON user_account TO tailrace_auth",
    "GRANT SELECT ON alert TO tailrace_vendor",
    "GRANT UPDATE (settled_at, settled_by, assignee_id, assignee) ON alert TO tailrace_vendor",
    "GRANT SELECT ON party_link TO tailrace_distributor",
    "GRANT UPDATE (linked_until, ended_because) ON party_link TO tailrace_distributor",
    "GRANT SELECT (id, organization_id) ON vendor TO tailrace_webhooks",
    "GRANT SELECT ON enrollment_event TO tailrace_worker",
    "GRANT INSERT ON enrollment_event TO tailrace_worker",
    "GRANT SELECT ON stock_movement TO tailrace_worker",
    "GRANT INSERT ON stock_movement TO tailrace_worker",
    "GRANT UPDATE (superseded, corrected_by, counts_until) ON stock_movement TO tailrace_worker",
    """
GRANT SELECT (vendor_id, id, claim_id, agreement_id, distributor_id, act, positions, approves, reason, credit_number, acted_as, acted_at, carried_out_at, refused) ON debit_claim_act TO tailrace_distributor
""",
    "GRANT INSERT ON debit_claim_act TO tailrace_distributor",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, number, currency, cost_basis, effective_start, effective_end, customer_ids, end_customer, deal_id, days_to_file, days_to_decide, deemed, approves_up_to_minor, status, ended_on, version, granted_at) ON special_price TO tailrace_distributor
""",
    "GRANT SELECT ON accrual TO tailrace_worker",
    "GRANT INSERT ON accrual TO tailrace_worker",
    """
GRANT UPDATE (period_end, qualifying, paying, lines, unvalued, earned_minor, carried_qualifying, carried_paying, carried_minor, came_to_minor, paid_on) ON accrual TO tailrace_worker
""",
    "GRANT DELETE ON accrual TO tailrace_worker",
    "GRANT UPDATE (affiliates_left_on) ON incentive_term TO tailrace_worker",
    "GRANT SELECT ON program_tier TO tailrace_worker",
    """
GRANT SELECT (id, organization_id, level, name, roles, scopes, authentication, grant_types, redirect_uris, origins, serves, whole_person, resource_server, created_at, rotated_at, revoked_at, last_used_at, known_to) ON oauth_client TO tailrace_reseller
""",
    "GRANT INSERT ON oauth_client TO tailrace_reseller",
    """
GRANT UPDATE (secret_hash, redirect_uris, origins, rotated_at, revoked_at, known_to) ON oauth_client TO tailrace_reseller
""",
    "GRANT SELECT ON reseller_authorization TO tailrace_distributor",
    "GRANT INSERT ON reseller_authorization TO tailrace_distributor",
    """
GRANT UPDATE (accounts, effective_end, status, suspended_by, suspension_reason, version, planned_status, planned_on, planned_by, planned_reason) ON reseller_authorization TO tailrace_distributor
""",
    "GRANT SELECT ON party_link TO tailrace_reseller",
    "GRANT UPDATE (linked_until, ended_because) ON party_link TO tailrace_reseller",
    "GRANT SELECT ON inventory_count TO tailrace_worker",
    "GRANT INSERT ON inventory_count TO tailrace_worker",
    "GRANT UPDATE (superseded, corrected_by, counts_until) ON inventory_count TO tailrace_worker",
    "GRANT INSERT ON audit_event TO tailrace_auth",
    "GRANT SELECT (organization_id, user_id, level, created_at) ON oauth_grant TO tailrace_vendor",
    "GRANT SELECT ON advance TO tailrace_worker",
    "GRANT UPDATE (approvals_needed, posted_at, refused) ON advance TO tailrace_worker",
    """
GRANT UPDATE (name, description, status, partner_types, countries, version, review_months, review_day, grace_days, promotion, demotion, reviews_since, auto_status, auto_partner_types, auto_countries) ON program TO tailrace_vendor
""",
    "GRANT DELETE ON tier_requirement TO tailrace_vendor",
    "ALTER TABLE membership NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE user_account NO FORCE ROW LEVEL SECURITY",
    "UPDATE membership m SET name = u.name, email = u.email FROM user_account u WHERE u.id = m.user_id",
    "ALTER TABLE membership FORCE ROW LEVEL SECURITY",
    "ALTER TABLE user_account FORCE ROW LEVEL SECURITY",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
