"""The foundation: organisations, networks, programmes, agreements, products, reports, facts, and who may touch what."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
DO $$ BEGIN CREATE ROLE tailrace_vendor NOLOGIN NOINHERIT NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
""",
    """
DO $$ BEGIN CREATE ROLE tailrace_distributor NOLOGIN NOINHERIT NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
""",
    """
DO $$ BEGIN CREATE ROLE tailrace_reseller NOLOGIN NOINHERIT NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
""",
    """
DO $$ BEGIN CREATE ROLE tailrace_worker NOLOGIN NOINHERIT NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
""",
    """
DO $$ BEGIN CREATE ROLE tailrace_auth NOLOGIN NOINHERIT NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
""",
    """
DO $$ BEGIN CREATE ROLE tailrace_jobs NOLOGIN NOINHERIT NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
""",
    """
DO $$ BEGIN CREATE ROLE tailrace_operator NOLOGIN NOINHERIT NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
""",
    """
CREATE TABLE organization (
	id UUID NOT NULL,
	name TEXT NOT NULL,
	country TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_organization PRIMARY KEY (id)
)
""",
    """
CREATE TABLE revoked_token (
	holder_id UUID NOT NULL,
	token_id TEXT NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_revoked_token PRIMARY KEY (holder_id, token_id)
)
""",
    "CREATE INDEX ix_revoked_token_expires_at ON revoked_token (expires_at)",
    """
COMMENT ON TABLE revoked_token IS 'Access tokens taken back before they expire, by the client or grant that they were given to.'
""",
    """
CREATE TABLE sell_in_day (
	vendor_id UUID NOT NULL,
	day DATE NOT NULL,
	distributor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	currency TEXT NOT NULL,
	units BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	CONSTRAINT pk_sell_in_day PRIMARY KEY (vendor_id, day, distributor_id, product_id, currency)
)
""",
    "CREATE INDEX ix_sell_in_day_vendor_id_distributor_id_day ON sell_in_day (vendor_id, distributor_id, day)",
    """
CREATE TABLE sell_in_line (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	document_kind TEXT NOT NULL,
	document_number TEXT NOT NULL,
	document_line TEXT NOT NULL,
	sold_on DATE NOT NULL,
	product_id UUID NOT NULL,
	quantity BIGINT NOT NULL,
	currency TEXT NOT NULL,
	unit_price BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	content_hash TEXT NOT NULL,
	recorded BIGINT NOT NULL,
	superseded BIGINT,
	CONSTRAINT pk_sell_in_line PRIMARY KEY (vendor_id, submission_id, row_number)
)
""",
    """
CREATE INDEX ix_sell_in_line_vendor_id_distributor_id_sold_on ON sell_in_line (vendor_id, distributor_id, sold_on)
""",
    """
CREATE UNIQUE INDEX uq_sell_in_line_live ON sell_in_line (vendor_id, distributor_id, document_number, document_line, document_kind) WHERE superseded IS NULL
""",
    """
CREATE TABLE sell_through_day (
	vendor_id UUID NOT NULL,
	day DATE NOT NULL,
	distributor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	currency TEXT NOT NULL,
	book_currency TEXT NOT NULL,
	units BIGINT NOT NULL,
	returned_units BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	resale_amount BIGINT NOT NULL,
	disclosed_resale_amount BIGINT NOT NULL,
	book_amount BIGINT NOT NULL,
	CONSTRAINT pk_sell_through_day PRIMARY KEY (vendor_id, day, distributor_id, product_id, currency, book_currency)
)
""",
    """
CREATE INDEX ix_sell_through_day_vendor_id_distributor_id_day ON sell_through_day (vendor_id, distributor_id, day)
""",
    """
CREATE TABLE sell_through_line (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	disclosed_reseller_id UUID NOT NULL,
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
	disclosed_unit_price BIGINT,
	disclosed_amount BIGINT,
	book_currency TEXT,
	book_price BIGINT,
	book_amount BIGINT,
	sale_type TEXT NOT NULL,
	ship_to_country TEXT,
	end_customer TEXT,
	disclosed_end_customer TEXT,
	special_price_number TEXT,
	serial_numbers TEXT[],
	content_hash TEXT NOT NULL,
	recorded BIGINT NOT NULL,
	superseded BIGINT,
	CONSTRAINT pk_sell_through_line PRIMARY KEY (vendor_id, submission_id, row_number)
)
""",
    """
CREATE INDEX ix_sell_through_line_vendor_id_distributor_id_sold_on ON sell_through_line (vendor_id, distributor_id, sold_on)
""",
    """
CREATE INDEX ix_sell_through_line_vendor_id_reseller_id_sold_on ON sell_through_line (vendor_id, reseller_id, sold_on)
""",
    """
CREATE UNIQUE INDEX uq_sell_through_line_live ON sell_through_line (vendor_id, distributor_id, document_number, document_line, document_kind) WHERE superseded IS NULL
""",
    """
CREATE TABLE sell_through_month (
	vendor_id UUID NOT NULL,
	month DATE NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	product_id UUID NOT NULL,
	currency TEXT NOT NULL,
	book_currency TEXT NOT NULL,
	disclosed_reseller_id UUID NOT NULL,
	units BIGINT NOT NULL,
	returned_units BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	resale_amount BIGINT NOT NULL,
	disclosed_resale_amount BIGINT NOT NULL,
	book_amount BIGINT NOT NULL,
	CONSTRAINT pk_sell_through_month PRIMARY KEY (vendor_id, month, distributor_id, reseller_id, product_id, currency, book_currency, disclosed_reseller_id)
)
""",
    """
CREATE INDEX ix_sell_through_month_vendor_id_disclosed_reseller_id_month ON sell_through_month (vendor_id, disclosed_reseller_id, month)
""",
    """
CREATE INDEX ix_sell_through_month_vendor_id_distributor_id_month ON sell_through_month (vendor_id, distributor_id, month)
""",
    """
CREATE INDEX ix_sell_through_month_vendor_id_reseller_id_month ON sell_through_month (vendor_id, reseller_id, month)
""",
    """
COMMENT ON TABLE sell_through_month IS '`currency` and `book_currency` are '''' where a line has no resale price or no book price; what one agreement discloses of a reseller and another does not stands in two rows'
""",
    """
CREATE TABLE sign_in_attempt (
	subject_hash TEXT NOT NULL,
	failures INTEGER NOT NULL,
	last_at TIMESTAMP WITH TIME ZONE NOT NULL,
	locked_until TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_sign_in_attempt PRIMARY KEY (subject_hash)
)
""",
    "CREATE INDEX ix_sign_in_attempt_last_at ON sign_in_attempt (last_at)",
    """
COMMENT ON TABLE sign_in_attempt IS 'Wrong passwords in a row, for one e-mail address (known or not) and for one network address.'
""",
    """
CREATE TABLE signing_key (
	kid TEXT NOT NULL,
	private_jwk JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	retired_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_signing_key PRIMARY KEY (kid)
)
""",
    """
CREATE UNLOGGED TABLE staging_issue (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	position INTEGER NOT NULL,
	field TEXT,
	code TEXT NOT NULL,
	severity TEXT NOT NULL,
	value TEXT,
	disclosed_value TEXT,
	CONSTRAINT pk_staging_issue PRIMARY KEY (vendor_id, submission_id, row_number, position)
)
""",
    """
COMMENT ON TABLE staging_issue IS 'What the reader found in the report that is being counted; emptied before its transaction ends'
""",
    """
CREATE UNLOGGED TABLE staging_row (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	source TEXT,
	document_kind TEXT,
	document_number TEXT,
	document_line TEXT,
	line_given BOOLEAN NOT NULL,
	return_of TEXT,
	sold_on DATE,
	product_code TEXT,
	reseller_account TEXT,
	quantity BIGINT,
	unit TEXT,
	unit_price BIGINT,
	amount BIGINT,
	currency TEXT,
	sale_type TEXT,
	ship_to_country TEXT,
	end_customer TEXT,
	special_price_number TEXT,
	serial_numbers TEXT[],
	content_hash TEXT,
	received TEXT NOT NULL,
	rejected BOOLEAN NOT NULL,
	CONSTRAINT pk_staging_row PRIMARY KEY (vendor_id, submission_id, row_number)
)
""",
    """
COMMENT ON TABLE staging_row IS 'Rows of the report that is being counted; emptied before its transaction ends'
""",
    """
CREATE TABLE user_account (
	id UUID NOT NULL,
	email TEXT NOT NULL,
	name TEXT NOT NULL,
	password_hash TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_user_account PRIMARY KEY (id),
	CONSTRAINT uq_user_account_email UNIQUE (email)
)
""",
    """
CREATE TABLE audit_event (
	organization_id UUID NOT NULL,
	id UUID NOT NULL,
	vendor_id UUID,
	actor TEXT NOT NULL,
	act TEXT NOT NULL,
	subject TEXT NOT NULL,
	before JSONB,
	after JSONB,
	request_id TEXT NOT NULL,
	happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_audit_event PRIMARY KEY (organization_id, id),
	CONSTRAINT fk_audit_event_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id)
)
""",
    """
CREATE TABLE identity_provider (
	id UUID NOT NULL,
	organization_id UUID NOT NULL,
	name TEXT NOT NULL,
	issuer TEXT NOT NULL,
	client_id TEXT NOT NULL,
	secret_name TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_identity_provider PRIMARY KEY (id),
	CONSTRAINT fk_identity_provider_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id)
)
""",
    "CREATE INDEX ix_identity_provider_organization_id ON identity_provider (organization_id)",
    """
COMMENT ON TABLE identity_provider IS 'An organisation''s own OpenID provider. `secret_name` is where the deployment keeps the client''s secret.'
""",
    """
CREATE TABLE membership (
	organization_id UUID NOT NULL,
	user_id UUID NOT NULL,
	role TEXT NOT NULL,
	granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_membership PRIMARY KEY (organization_id, user_id, role),
	CONSTRAINT fk_membership_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id),
	CONSTRAINT fk_membership_user_id FOREIGN KEY(user_id) REFERENCES user_account (id)
)
""",
    """
CREATE TABLE oauth_client (
	id UUID NOT NULL,
	organization_id UUID NOT NULL,
	level TEXT NOT NULL,
	name TEXT NOT NULL,
	secret_hash TEXT,
	roles TEXT[] NOT NULL,
	scopes TEXT[] NOT NULL,
	authentication TEXT DEFAULT 'client_secret' NOT NULL,
	grant_types TEXT[] DEFAULT '{client_credentials}' NOT NULL,
	redirect_uris TEXT[] DEFAULT '{}' NOT NULL,
	origins TEXT[] DEFAULT '{}' NOT NULL,
	jwks JSONB,
	serves TEXT DEFAULT 'OWN' NOT NULL,
	whole_person BOOLEAN DEFAULT 'false' NOT NULL,
	resource_server BOOLEAN DEFAULT 'false' NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	rotated_at TIMESTAMP WITH TIME ZONE,
	revoked_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_oauth_client PRIMARY KEY (id),
	CONSTRAINT fk_oauth_client_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id),
	CONSTRAINT ck_oauth_client_level CHECK (level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_oauth_client_authentication CHECK (authentication IN ('client_secret', 'private_key_jwt', 'none')),
	CONSTRAINT ck_oauth_client_serves CHECK (serves IN ('OWN', 'EVERYONE')),
	CONSTRAINT ck_oauth_client_secret CHECK ((authentication = 'client_secret') = (secret_hash IS NOT NULL)),
	CONSTRAINT ck_oauth_client_keys CHECK ((authentication = 'private_key_jwt') = (jwks IS NOT NULL))
)
""",
    "CREATE INDEX ix_oauth_client_organization_id ON oauth_client (organization_id)",
    """
CREATE TABLE remembered_result (
	organization_id UUID NOT NULL,
	act TEXT NOT NULL,
	idempotency_key TEXT NOT NULL,
	input_hash TEXT NOT NULL,
	result TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_remembered_result PRIMARY KEY (organization_id, act, idempotency_key),
	CONSTRAINT fk_remembered_result_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id)
)
""",
    """
CREATE TABLE report_file (
	organization_id UUID NOT NULL,
	id UUID NOT NULL,
	filename TEXT NOT NULL,
	byte_size BIGINT,
	sha256 TEXT,
	received_bytes BIGINT NOT NULL,
	ticket_hash TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	completed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_report_file PRIMARY KEY (organization_id, id),
	CONSTRAINT fk_report_file_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id)
)
""",
    """
CREATE TABLE sign_in_session (
	id UUID NOT NULL,
	token_hash TEXT NOT NULL,
	user_id UUID NOT NULL,
	organization_id UUID,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_sign_in_session PRIMARY KEY (id),
	CONSTRAINT uq_sign_in_session_token_hash UNIQUE (token_hash),
	CONSTRAINT fk_sign_in_session_user_id FOREIGN KEY(user_id) REFERENCES user_account (id),
	CONSTRAINT fk_sign_in_session_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id)
)
""",
    "CREATE INDEX ix_sign_in_session_expires_at ON sign_in_session (expires_at)",
    "CREATE INDEX ix_sign_in_session_user_id ON sign_in_session (user_id)",
    """
COMMENT ON TABLE sign_in_session IS 'A person in one browser. Opened by an organisation''s own provider, it is good for that organisation only.'
""",
    """
CREATE TABLE vendor (
	id UUID NOT NULL,
	organization_id UUID NOT NULL,
	name TEXT NOT NULL,
	country TEXT NOT NULL,
	region TEXT,
	CONSTRAINT pk_vendor PRIMARY KEY (id),
	CONSTRAINT uq_vendor_organization_id UNIQUE (organization_id),
	CONSTRAINT fk_vendor_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id)
)
""",
    """
CREATE TABLE client_assertion (
	client_id UUID NOT NULL,
	assertion_hash TEXT NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_client_assertion PRIMARY KEY (client_id, assertion_hash),
	CONSTRAINT fk_client_assertion_client_id FOREIGN KEY(client_id) REFERENCES oauth_client (id)
)
""",
    "CREATE INDEX ix_client_assertion_expires_at ON client_assertion (expires_at)",
    """
COMMENT ON TABLE client_assertion IS 'Assertions that a client has signed in with, until they expire: none is taken twice.'
""",
    """
CREATE TABLE knowledge (
	vendor_id UUID NOT NULL,
	id BIGINT GENERATED ALWAYS AS IDENTITY,
	agreement_id UUID NOT NULL,
	cause TEXT NOT NULL,
	known_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_knowledge PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_knowledge_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id)
)
""",
    """
COMMENT ON TABLE knowledge IS 'When each change of the facts became known; written last, under the vendor''s lock held to commit'
""",
    """
CREATE TABLE oauth_grant (
	id UUID NOT NULL,
	client_id UUID NOT NULL,
	user_id UUID NOT NULL,
	session_id UUID NOT NULL,
	organization_id UUID NOT NULL,
	level TEXT NOT NULL,
	scopes TEXT[],
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_oauth_grant PRIMARY KEY (id),
	CONSTRAINT fk_oauth_grant_client_id FOREIGN KEY(client_id) REFERENCES oauth_client (id),
	CONSTRAINT fk_oauth_grant_user_id FOREIGN KEY(user_id) REFERENCES user_account (id),
	CONSTRAINT fk_oauth_grant_session_id FOREIGN KEY(session_id) REFERENCES sign_in_session (id),
	CONSTRAINT fk_oauth_grant_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id),
	CONSTRAINT ck_oauth_grant_level CHECK (level IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER'))
)
""",
    "CREATE INDEX ix_oauth_grant_expires_at ON oauth_grant (expires_at)",
    "CREATE INDEX ix_oauth_grant_session_id ON oauth_grant (session_id)",
    """
COMMENT ON TABLE oauth_grant IS 'What a person let a client do. Its code and its tokens end with it. Scopes null: all that the person may.'
""",
    """
CREATE TABLE party (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	partner_type TEXT,
	country TEXT NOT NULL,
	region TEXT,
	tax_number TEXT,
	disclosed BOOLEAN NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_party PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_party_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_party_kind CHECK (kind IN ('DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_party_partner_type CHECK (partner_type IN ('VAR', 'MSP', 'AGENT', 'CONSULTANT', 'RETAILER', 'SOLUTION_INTEGRATOR')),
	CONSTRAINT ck_party_reseller_has_partner_type CHECK ((kind = 'RESELLER') = (partner_type IS NOT NULL))
)
""",
    "CREATE INDEX ix_party_vendor_id_kind_name_id ON party (vendor_id, kind, name, id)",
    """
CREATE TABLE product (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	sku TEXT NOT NULL,
	gtin TEXT,
	name TEXT NOT NULL,
	family TEXT NOT NULL,
	base_unit TEXT NOT NULL,
	introduced_on DATE NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_product PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_product_vendor_id_sku UNIQUE (vendor_id, sku),
	CONSTRAINT uq_product_vendor_id_gtin UNIQUE (vendor_id, gtin),
	CONSTRAINT fk_product_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id)
)
""",
    "CREATE INDEX ix_product_vendor_id_family_sku ON product (vendor_id, family, sku)",
    """
CREATE TABLE program (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	description TEXT NOT NULL,
	audience TEXT NOT NULL,
	status TEXT NOT NULL,
	partner_types TEXT[] NOT NULL,
	countries TEXT[] NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_program PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_program_vendor_id_name UNIQUE (vendor_id, name),
	CONSTRAINT fk_program_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_program_audience CHECK (audience IN ('DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_program_status CHECK (status IN ('ACTIVE', 'ENDED'))
)
""",
    """
CREATE TABLE report_chunk (
	organization_id UUID NOT NULL,
	file_id UUID NOT NULL,
	position INTEGER NOT NULL,
	content BYTEA NOT NULL,
	CONSTRAINT pk_report_chunk PRIMARY KEY (organization_id, file_id, position),
	CONSTRAINT fk_report_chunk_organization_id_file_id FOREIGN KEY(organization_id, file_id) REFERENCES report_file (organization_id, id)
)
""",
    """
CREATE TABLE trusted_issuer (
	id UUID NOT NULL,
	client_id UUID NOT NULL,
	issuer TEXT NOT NULL,
	audience TEXT NOT NULL,
	subject TEXT,
	jwks JSONB,
	jwks_uri TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_trusted_issuer PRIMARY KEY (id),
	CONSTRAINT fk_trusted_issuer_client_id FOREIGN KEY(client_id) REFERENCES oauth_client (id),
	CONSTRAINT ck_trusted_issuer_one_source_of_keys CHECK ((jwks IS NULL) <> (jwks_uri IS NULL))
)
""",
    """
CREATE UNIQUE INDEX ix_trusted_issuer_issuer_audience ON trusted_issuer (issuer, audience) WHERE ended_at IS NULL
""",
    """
COMMENT ON TABLE trusted_issuer IS 'Whose access tokens count as those of one client, where an organisation''s own server issues them.'
""",
    """
CREATE TABLE user_identity (
	provider_id UUID NOT NULL,
	subject TEXT NOT NULL,
	user_id UUID NOT NULL,
	linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_user_identity PRIMARY KEY (provider_id, subject),
	CONSTRAINT fk_user_identity_provider_id FOREIGN KEY(provider_id) REFERENCES identity_provider (id),
	CONSTRAINT fk_user_identity_user_id FOREIGN KEY(user_id) REFERENCES user_account (id)
)
""",
    "COMMENT ON TABLE user_identity IS 'Which of our users a provider''s subject is, from the first sign-in on.'",
    """
CREATE TABLE agreement (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	program_id UUID NOT NULL,
	status TEXT NOT NULL,
	effective_start DATE NOT NULL,
	effective_end DATE NOT NULL,
	territory TEXT[] NOT NULL,
	currency TEXT NOT NULL,
	time_zone TEXT NOT NULL,
	volume_period TEXT NOT NULL,
	volume_commitment BIGINT,
	threshold_rule TEXT NOT NULL,
	cadence TEXT NOT NULL,
	due_days INTEGER NOT NULL,
	grace_days INTEGER NOT NULL,
	mandatory_fields TEXT[] NOT NULL,
	formats TEXT[] NOT NULL,
	discloses_resale_price BOOLEAN NOT NULL,
	discloses_end_customer BOOLEAN NOT NULL,
	discloses_reseller BOOLEAN NOT NULL,
	discloses_credit_terms BOOLEAN NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_agreement PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_agreement_vendor_id_id_distributor_id UNIQUE (vendor_id, id, distributor_id),
	CONSTRAINT fk_agreement_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT fk_agreement_vendor_id_distributor_id FOREIGN KEY(vendor_id, distributor_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_agreement_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id),
	CONSTRAINT ck_agreement_status CHECK (status IN ('ACTIVE', 'ENDED')),
	CONSTRAINT ck_agreement_volume_period CHECK (volume_period IN ('QUARTER', 'YEAR')),
	CONSTRAINT ck_agreement_threshold_rule CHECK (threshold_rule IN ('REACHED', 'EXCEEDED')),
	CONSTRAINT ck_agreement_cadence CHECK (cadence IN ('WEEKLY', 'MONTHLY', 'QUARTERLY')),
	CONSTRAINT ck_agreement_ends_after_it_starts CHECK (effective_end > effective_start)
)
""",
    "CREATE INDEX ix_agreement_vendor_id_distributor_id ON agreement (vendor_id, distributor_id)",
    """
CREATE TABLE authorization_code (
	code_hash TEXT NOT NULL,
	grant_id UUID NOT NULL,
	redirect_uri TEXT NOT NULL,
	code_challenge TEXT NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	used_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_authorization_code PRIMARY KEY (code_hash),
	CONSTRAINT fk_authorization_code_grant_id FOREIGN KEY(grant_id) REFERENCES oauth_grant (id)
)
""",
    "CREATE INDEX ix_authorization_code_grant_id ON authorization_code (grant_id)",
    """
CREATE TABLE benefit (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	program_id UUID NOT NULL,
	name TEXT NOT NULL,
	description TEXT NOT NULL,
	from_rank INTEGER NOT NULL,
	where_to_use TEXT,
	audience TEXT NOT NULL,
	CONSTRAINT pk_benefit PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_benefit_vendor_id_program_id_name UNIQUE (vendor_id, program_id, name),
	CONSTRAINT fk_benefit_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id)
)
""",
    """
CREATE TABLE book_price (
	vendor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	currency TEXT NOT NULL,
	effective_from DATE NOT NULL,
	effective_until DATE,
	price BIGINT NOT NULL,
	announced_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_book_price PRIMARY KEY (vendor_id, product_id, currency, effective_from),
	CONSTRAINT fk_book_price_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_book_price_not_negative CHECK (price >= 0),
	CONSTRAINT ck_book_price_ends_after_it_starts CHECK (effective_until > effective_from)
)
""",
    """
CREATE TABLE party_link (
	vendor_id UUID NOT NULL,
	party_id UUID NOT NULL,
	organization_id UUID NOT NULL,
	linked_from TIMESTAMP WITH TIME ZONE NOT NULL,
	linked_until TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_party_link PRIMARY KEY (vendor_id, party_id, linked_from),
	CONSTRAINT fk_party_link_vendor_id_party_id FOREIGN KEY(vendor_id, party_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_party_link_organization_id FOREIGN KEY(organization_id) REFERENCES organization (id)
)
""",
    "CREATE INDEX ix_party_link_organization_id ON party_link (organization_id)",
    "CREATE UNIQUE INDEX uq_party_link_live ON party_link (vendor_id, party_id) WHERE linked_until IS NULL",
    """
CREATE TABLE program_tier (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	program_id UUID NOT NULL,
	rank INTEGER NOT NULL,
	name TEXT NOT NULL,
	audience TEXT NOT NULL,
	CONSTRAINT pk_program_tier PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_program_tier_vendor_id_program_id_rank UNIQUE (vendor_id, program_id, rank),
	CONSTRAINT fk_program_tier_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id)
)
""",
    """
CREATE TABLE refresh_token (
	token_hash TEXT NOT NULL,
	grant_id UUID NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	used_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_refresh_token PRIMARY KEY (token_hash),
	CONSTRAINT fk_refresh_token_grant_id FOREIGN KEY(grant_id) REFERENCES oauth_grant (id)
)
""",
    "CREATE INDEX ix_refresh_token_grant_id ON refresh_token (grant_id)",
    """
CREATE TABLE enrollment (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	program_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	status TEXT NOT NULL,
	tier_id UUID,
	since DATE NOT NULL,
	version INTEGER DEFAULT 1 NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_enrollment PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_enrollment_vendor_id_program_id_reseller_id UNIQUE (vendor_id, program_id, reseller_id),
	CONSTRAINT uq_enrollment_vendor_id_id_reseller_id UNIQUE (vendor_id, id, reseller_id),
	CONSTRAINT fk_enrollment_vendor_id_program_id FOREIGN KEY(vendor_id, program_id) REFERENCES program (vendor_id, id),
	CONSTRAINT fk_enrollment_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT fk_enrollment_vendor_id_tier_id FOREIGN KEY(vendor_id, tier_id) REFERENCES program_tier (vendor_id, id),
	CONSTRAINT ck_enrollment_status CHECK (status IN ('APPLIED', 'APPROVED', 'ACTIVE', 'SUSPENDED', 'ENDED'))
)
""",
    "CREATE INDEX ix_enrollment_vendor_id_reseller_id ON enrollment (vendor_id, reseller_id)",
    """
CREATE TABLE reseller_authorization (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	disclosed_reseller_id UUID NOT NULL,
	status TEXT NOT NULL,
	reseller_name TEXT NOT NULL,
	reseller_country TEXT NOT NULL,
	reseller_region TEXT,
	partner_type TEXT NOT NULL,
	distributor_name TEXT NOT NULL,
	distributor_country TEXT NOT NULL,
	accounts TEXT[] NOT NULL,
	effective_start DATE NOT NULL,
	effective_end DATE NOT NULL,
	suspended_by TEXT,
	suspension_reason TEXT,
	version INTEGER DEFAULT 1 NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_reseller_authorization PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_reseller_authorization_vendor_id_agreement_id_reseller_id UNIQUE (vendor_id, agreement_id, reseller_id),
	CONSTRAINT uq_reseller_authorization_vendor_id_id_agreement_id_dis_3ada UNIQUE (vendor_id, id, agreement_id, distributor_id, reseller_id),
	CONSTRAINT fk_reseller_authorization_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_reseller_authorization_vendor_id_reseller_id FOREIGN KEY(vendor_id, reseller_id) REFERENCES party (vendor_id, id),
	CONSTRAINT ck_reseller_authorization_status CHECK (status IN ('ACTIVE', 'SUSPENDED', 'ENDED')),
	CONSTRAINT ck_reseller_authorization_partner_type CHECK (partner_type IN ('VAR', 'MSP', 'AGENT', 'CONSULTANT', 'RETAILER', 'SOLUTION_INTEGRATOR')),
	CONSTRAINT ck_reseller_authorization_suspended_by CHECK (suspended_by IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_reseller_authorization_ends_after_it_starts CHECK (effective_end > effective_start)
)
""",
    """
CREATE INDEX ix_reseller_authorization_vendor_id_agreement_id_resell_ddb8 ON reseller_authorization (vendor_id, agreement_id, reseller_name, id)
""",
    """
CREATE INDEX ix_reseller_authorization_vendor_id_distributor_id ON reseller_authorization (vendor_id, distributor_id)
""",
    """
CREATE INDEX ix_reseller_authorization_vendor_id_reseller_id ON reseller_authorization (vendor_id, reseller_id)
""",
    """
CREATE TABLE submission (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	received_order BIGINT GENERATED ALWAYS AS IDENTITY,
	kind TEXT NOT NULL,
	mode TEXT NOT NULL,
	format TEXT NOT NULL,
	status TEXT NOT NULL,
	period_start DATE NOT NULL,
	period_end DATE NOT NULL,
	organization_id UUID NOT NULL,
	file_id UUID NOT NULL,
	filename TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	byte_size BIGINT NOT NULL,
	submitted_by TEXT NOT NULL,
	received_at TIMESTAMP WITH TIME ZONE NOT NULL,
	started_at TIMESTAMP WITH TIME ZONE,
	processed_at TIMESTAMP WITH TIME ZONE,
	rows_received BIGINT NOT NULL,
	rows_accepted BIGINT NOT NULL,
	rows_held BIGINT NOT NULL,
	rows_rejected BIGINT NOT NULL,
	rows_duplicate BIGINT NOT NULL,
	rows_conflict BIGINT NOT NULL,
	detected JSONB,
	disclosed_detected JSONB,
	acknowledgement TEXT,
	failure_code TEXT,
	failure_message TEXT,
	disclosed_failure_message TEXT,
	CONSTRAINT pk_submission PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_submission_vendor_id_id_agreement_id_distributor_id UNIQUE (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT fk_submission_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_submission_organization_id_file_id FOREIGN KEY(organization_id, file_id) REFERENCES report_file (organization_id, id),
	CONSTRAINT ck_submission_kind CHECK (kind IN ('SELL_THROUGH', 'SELL_IN')),
	CONSTRAINT ck_submission_mode CHECK (mode IN ('APPEND')),
	CONSTRAINT ck_submission_format CHECK (format IN ('INLINE', 'CSV', 'XLSX', 'X12', 'EDIFACT')),
	CONSTRAINT ck_submission_status CHECK (status IN ('RECEIVED', 'PROCESSING', 'PROCESSED', 'FAILED')),
	CONSTRAINT ck_submission_ends_after_it_starts CHECK (period_end > period_start),
	CONSTRAINT ck_submission_no_row_vanishes CHECK (status <> 'PROCESSED' OR rows_received = rows_accepted + rows_held + rows_rejected + rows_duplicate + rows_conflict)
)
""",
    """
CREATE INDEX ix_submission_vendor_id_agreement_id_received_order ON submission (vendor_id, agreement_id, received_order)
""",
    """
CREATE INDEX ix_submission_waiting ON submission (vendor_id, agreement_id, received_order) WHERE status IN ('RECEIVED', 'PROCESSING')
""",
    """
CREATE TABLE tier_requirement (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	program_id UUID NOT NULL,
	tier_id UUID NOT NULL,
	kind TEXT NOT NULL,
	needed BIGINT NOT NULL,
	currency TEXT,
	audience TEXT NOT NULL,
	CONSTRAINT pk_tier_requirement PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_tier_requirement_vendor_id_tier_id_kind UNIQUE (vendor_id, tier_id, kind),
	CONSTRAINT fk_tier_requirement_vendor_id_tier_id FOREIGN KEY(vendor_id, tier_id) REFERENCES program_tier (vendor_id, id),
	CONSTRAINT ck_tier_requirement_kind CHECK (kind IN ('PURCHASES', 'GROWTH', 'CERTIFICATIONS', 'DEALS_WON')),
	CONSTRAINT ck_tier_requirement_purchases_have_a_currency CHECK ((kind = 'PURCHASES') = (currency IS NOT NULL))
)
""",
    """
COMMENT ON TABLE tier_requirement IS '`needed` is 10⁻⁶ currency units for PURCHASES, 10⁻⁶ of a share for GROWTH, else a count'
""",
    """
CREATE TABLE volume_tier (
	vendor_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	rank INTEGER NOT NULL,
	name TEXT NOT NULL,
	threshold BIGINT NOT NULL,
	CONSTRAINT pk_volume_tier PRIMARY KEY (vendor_id, agreement_id, rank),
	CONSTRAINT fk_volume_tier_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id)
)
""",
    """
CREATE TABLE account (
	vendor_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	number TEXT NOT NULL,
	authorization_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	CONSTRAINT pk_account PRIMARY KEY (vendor_id, agreement_id, number),
	CONSTRAINT fk_account_vendor_id_authorization_id_agreement_id_dist_f5f4 FOREIGN KEY(vendor_id, authorization_id, agreement_id, distributor_id, reseller_id) REFERENCES reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id)
)
""",
    """
CREATE TABLE alias (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	kind TEXT NOT NULL,
	code TEXT NOT NULL,
	product_id UUID,
	authorization_id UUID,
	reseller_id UUID,
	confirmed_by TEXT NOT NULL,
	confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	undone_at TIMESTAMP WITH TIME ZONE,
	released_rows BIGINT,
	CONSTRAINT pk_alias PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_alias_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT fk_alias_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT fk_alias_vendor_id_authorization_id_agreement_id_distri_7a95 FOREIGN KEY(vendor_id, authorization_id, agreement_id, distributor_id, reseller_id) REFERENCES reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id),
	CONSTRAINT ck_alias_kind CHECK (kind IN ('PRODUCT', 'ACCOUNT')),
	CONSTRAINT ck_alias_names_one_thing CHECK ((kind = 'PRODUCT' AND product_id IS NOT NULL AND reseller_id IS NULL AND authorization_id IS NULL) OR (kind = 'ACCOUNT' AND product_id IS NULL AND reseller_id IS NOT NULL AND authorization_id IS NOT NULL))
)
""",
    "CREATE UNIQUE INDEX uq_alias_live ON alias (vendor_id, agreement_id, kind, code) WHERE undone_at IS NULL",
    """
CREATE TABLE credit_terms (
	vendor_id UUID NOT NULL,
	authorization_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	currency TEXT NOT NULL,
	credit_limit_minor BIGINT NOT NULL,
	payment_days INTEGER NOT NULL,
	disclosed BOOLEAN NOT NULL,
	CONSTRAINT pk_credit_terms PRIMARY KEY (vendor_id, authorization_id),
	CONSTRAINT fk_credit_terms_vendor_id_authorization_id_agreement_id_d29d FOREIGN KEY(vendor_id, authorization_id, agreement_id, distributor_id, reseller_id) REFERENCES reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id)
)
""",
    """
CREATE TABLE distributor_enrollment (
	vendor_id UUID NOT NULL,
	authorization_id UUID NOT NULL,
	enrollment_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	program_id UUID NOT NULL,
	status TEXT NOT NULL,
	tier_id UUID,
	CONSTRAINT pk_distributor_enrollment PRIMARY KEY (vendor_id, authorization_id, enrollment_id),
	CONSTRAINT fk_distributor_enrollment_vendor_id_enrollment_id_reseller_id FOREIGN KEY(vendor_id, enrollment_id, reseller_id) REFERENCES enrollment (vendor_id, id, reseller_id),
	CONSTRAINT fk_distributor_enrollment_vendor_id_authorization_id_ag_4d67 FOREIGN KEY(vendor_id, authorization_id, agreement_id, distributor_id, reseller_id) REFERENCES reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id)
)
""",
    """
CREATE INDEX ix_distributor_enrollment_vendor_id_enrollment_id ON distributor_enrollment (vendor_id, enrollment_id)
""",
    """
CREATE INDEX ix_distributor_enrollment_vendor_id_reseller_id ON distributor_enrollment (vendor_id, reseller_id)
""",
    """
COMMENT ON TABLE distributor_enrollment IS 'What a distributor may know of the enrolments of the resellers it is authorised for: status and tier'
""",
    """
CREATE TABLE enrollment_event (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	enrollment_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	status TEXT NOT NULL,
	tier_id UUID,
	reason TEXT,
	happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_enrollment_event PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_enrollment_event_vendor_id_enrollment_id_reseller_id FOREIGN KEY(vendor_id, enrollment_id, reseller_id) REFERENCES enrollment (vendor_id, id, reseller_id),
	CONSTRAINT ck_enrollment_event_status CHECK (status IN ('APPLIED', 'APPROVED', 'ACTIVE', 'SUSPENDED', 'ENDED'))
)
""",
    "CREATE INDEX ix_enrollment_event_vendor_id_enrollment_id ON enrollment_event (vendor_id, enrollment_id)",
    """
CREATE TABLE report_row (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	kind TEXT NOT NULL,
	outcome TEXT NOT NULL,
	waits_for TEXT[] NOT NULL,
	source TEXT,
	document_kind TEXT,
	document_number TEXT,
	document_line TEXT,
	line_given BOOLEAN NOT NULL,
	return_of TEXT,
	sold_on DATE,
	product_code TEXT,
	reseller_account TEXT,
	quantity BIGINT,
	unit TEXT,
	unit_price BIGINT,
	amount BIGINT,
	currency TEXT,
	sale_type TEXT,
	ship_to_country TEXT,
	end_customer TEXT,
	special_price_number TEXT,
	serial_numbers TEXT[],
	content_hash TEXT,
	received TEXT NOT NULL,
	disclosed_received TEXT,
	settled_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_report_row PRIMARY KEY (vendor_id, submission_id, row_number),
	CONSTRAINT fk_report_row_vendor_id_submission_id_agreement_id_dist_f666 FOREIGN KEY(vendor_id, submission_id, agreement_id, distributor_id) REFERENCES submission (vendor_id, id, agreement_id, distributor_id),
	CONSTRAINT ck_report_row_outcome CHECK (outcome IN ('ACCEPTED', 'HELD', 'REJECTED', 'DUPLICATE', 'CONFLICT'))
)
""",
    """
CREATE INDEX ix_report_row_held_account ON report_row (vendor_id, agreement_id, reseller_account) WHERE outcome = 'HELD'
""",
    """
CREATE INDEX ix_report_row_held_document ON report_row (vendor_id, distributor_id, document_number, document_line) WHERE outcome = 'HELD'
""",
    """
CREATE INDEX ix_report_row_held_product ON report_row (vendor_id, agreement_id, product_code) WHERE outcome = 'HELD'
""",
    """
COMMENT ON TABLE report_row IS 'Every row that did not count at once, with what it said; a released row''s outcome becomes ACCEPTED'
""",
    """
CREATE TABLE submission_issue (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	position INTEGER NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	field TEXT,
	code TEXT NOT NULL,
	severity TEXT NOT NULL,
	value TEXT,
	disclosed_value TEXT,
	settled_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_submission_issue PRIMARY KEY (vendor_id, submission_id, row_number, position),
	CONSTRAINT fk_submission_issue_vendor_id_submission_id_agreement_i_9986 FOREIGN KEY(vendor_id, submission_id, agreement_id, distributor_id) REFERENCES submission (vendor_id, id, agreement_id, distributor_id)
)
""",
    "COMMENT ON TABLE submission_issue IS 'Row 0 speaks of the report as a whole'",
    """
CREATE FUNCTION act_for(organization text, vendor text, vendors text, parties text) RETURNS void
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
END $$
""",
    "ALTER TABLE organization ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE organization FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON organization TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON organization FOR SELECT TO tailrace_vendor USING (id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON organization TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON organization FOR SELECT TO tailrace_distributor USING (id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON organization TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON organization FOR SELECT TO tailrace_reseller USING (id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON organization TO tailrace_auth",
    "CREATE POLICY auth_reads ON organization FOR SELECT TO tailrace_auth USING (true)",
    "GRANT SELECT ON organization TO tailrace_operator",
    "GRANT INSERT ON organization TO tailrace_operator",
    "CREATE POLICY operator_reads ON organization FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON organization FOR INSERT TO tailrace_operator WITH CHECK (true)",
    "ALTER TABLE revoked_token ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE revoked_token FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON revoked_token TO tailrace_auth",
    "GRANT INSERT ON revoked_token TO tailrace_auth",
    "GRANT DELETE ON revoked_token TO tailrace_auth",
    "CREATE POLICY auth_reads ON revoked_token FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON revoked_token FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "CREATE POLICY auth_deletes ON revoked_token FOR DELETE TO tailrace_auth USING (true)",
    "ALTER TABLE sell_in_day ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sell_in_day FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON sell_in_day TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON sell_in_day FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON sell_in_day TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON sell_in_day FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON sell_in_day TO tailrace_worker",
    "GRANT INSERT ON sell_in_day TO tailrace_worker",
    "GRANT UPDATE (units, lines, amount) ON sell_in_day TO tailrace_worker",
    """
CREATE POLICY worker_reads ON sell_in_day FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON sell_in_day FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON sell_in_day FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE sell_in_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sell_in_line FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON sell_in_line TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON sell_in_line FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON sell_in_line TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON sell_in_line FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON sell_in_line TO tailrace_worker",
    "GRANT INSERT ON sell_in_line TO tailrace_worker",
    "GRANT UPDATE (superseded) ON sell_in_line TO tailrace_worker",
    """
CREATE POLICY worker_reads ON sell_in_line FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON sell_in_line FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON sell_in_line FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE sell_through_day ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_day FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, day, distributor_id, product_id, currency, book_currency, units, returned_units, lines, disclosed_resale_amount, book_amount) ON sell_through_day TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON sell_through_day FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON sell_through_day TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON sell_through_day FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON sell_through_day TO tailrace_worker",
    "GRANT INSERT ON sell_through_day TO tailrace_worker",
    """
GRANT UPDATE (units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount) ON sell_through_day TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON sell_through_day FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON sell_through_day FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON sell_through_day FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE sell_through_line ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_line FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, submission_id, row_number, agreement_id, distributor_id, disclosed_reseller_id, document_kind, document_number, document_line, return_of, sold_on, product_id, quantity, currency, disclosed_unit_price, disclosed_amount, book_currency, book_price, book_amount, sale_type, ship_to_country, disclosed_end_customer, special_price_number, serial_numbers, recorded, superseded) ON sell_through_line TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON sell_through_line FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON sell_through_line TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON sell_through_line FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
GRANT SELECT (vendor_id, submission_id, row_number, distributor_id, reseller_id, document_kind, document_number, document_line, return_of, sold_on, product_id, quantity, currency, unit_price, amount, sale_type, ship_to_country, serial_numbers, superseded) ON sell_through_line TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON sell_through_line FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON sell_through_line TO tailrace_worker",
    "GRANT INSERT ON sell_through_line TO tailrace_worker",
    "GRANT UPDATE (superseded) ON sell_through_line TO tailrace_worker",
    """
CREATE POLICY worker_reads ON sell_through_line FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON sell_through_line FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON sell_through_line FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE sell_through_month ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_month FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, month, distributor_id, disclosed_reseller_id, product_id, currency, book_currency, units, returned_units, lines, disclosed_resale_amount, book_amount) ON sell_through_month TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON sell_through_month FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON sell_through_month TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON sell_through_month FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
GRANT SELECT (vendor_id, month, distributor_id, reseller_id, product_id, currency, units, returned_units, lines, resale_amount) ON sell_through_month TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON sell_through_month FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON sell_through_month TO tailrace_worker",
    "GRANT INSERT ON sell_through_month TO tailrace_worker",
    """
GRANT UPDATE (units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount) ON sell_through_month TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON sell_through_month FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON sell_through_month FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON sell_through_month FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE sign_in_attempt ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sign_in_attempt FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON sign_in_attempt TO tailrace_auth",
    "GRANT INSERT ON sign_in_attempt TO tailrace_auth",
    "GRANT UPDATE (failures, last_at, locked_until) ON sign_in_attempt TO tailrace_auth",
    "GRANT DELETE ON sign_in_attempt TO tailrace_auth",
    "CREATE POLICY auth_reads ON sign_in_attempt FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON sign_in_attempt FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "CREATE POLICY auth_updates ON sign_in_attempt FOR UPDATE TO tailrace_auth USING (true) WITH CHECK (true)",
    "CREATE POLICY auth_deletes ON sign_in_attempt FOR DELETE TO tailrace_auth USING (true)",
    "ALTER TABLE signing_key ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE signing_key FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON signing_key TO tailrace_auth",
    "GRANT INSERT ON signing_key TO tailrace_auth",
    "CREATE POLICY auth_reads ON signing_key FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON signing_key FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "GRANT SELECT (kid, created_at, retired_at) ON signing_key TO tailrace_operator",
    "GRANT INSERT ON signing_key TO tailrace_operator",
    "GRANT UPDATE (retired_at) ON signing_key TO tailrace_operator",
    "CREATE POLICY operator_reads ON signing_key FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON signing_key FOR INSERT TO tailrace_operator WITH CHECK (true)",
    "CREATE POLICY operator_updates ON signing_key FOR UPDATE TO tailrace_operator USING (true) WITH CHECK (true)",
    "GRANT SELECT ON staging_issue TO tailrace_worker",
    "GRANT INSERT ON staging_issue TO tailrace_worker",
    "GRANT DELETE ON staging_issue TO tailrace_worker",
    "GRANT SELECT ON staging_row TO tailrace_worker",
    "GRANT INSERT ON staging_row TO tailrace_worker",
    "GRANT DELETE ON staging_row TO tailrace_worker",
    "ALTER TABLE user_account ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE user_account FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON user_account TO tailrace_auth",
    "CREATE POLICY auth_reads ON user_account FOR SELECT TO tailrace_auth USING (true)",
    "GRANT SELECT ON user_account TO tailrace_operator",
    "GRANT INSERT ON user_account TO tailrace_operator",
    "GRANT UPDATE (password_hash) ON user_account TO tailrace_operator",
    "CREATE POLICY operator_reads ON user_account FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON user_account FOR INSERT TO tailrace_operator WITH CHECK (true)",
    "CREATE POLICY operator_updates ON user_account FOR UPDATE TO tailrace_operator USING (true) WITH CHECK (true)",
    "ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE audit_event FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON audit_event TO tailrace_vendor",
    "GRANT INSERT ON audit_event TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON audit_event FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON audit_event FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON audit_event TO tailrace_distributor",
    "GRANT INSERT ON audit_event TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON audit_event FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_inserts ON audit_event FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON audit_event TO tailrace_reseller",
    "GRANT INSERT ON audit_event TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON audit_event FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_inserts ON audit_event FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT INSERT ON audit_event TO tailrace_worker",
    """
CREATE POLICY worker_inserts ON audit_event FOR INSERT TO tailrace_worker WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "ALTER TABLE identity_provider ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE identity_provider FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON identity_provider TO tailrace_auth",
    "CREATE POLICY auth_reads ON identity_provider FOR SELECT TO tailrace_auth USING (true)",
    "GRANT SELECT ON identity_provider TO tailrace_operator",
    "GRANT INSERT ON identity_provider TO tailrace_operator",
    "GRANT UPDATE (ended_at) ON identity_provider TO tailrace_operator",
    "CREATE POLICY operator_reads ON identity_provider FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON identity_provider FOR INSERT TO tailrace_operator WITH CHECK (true)",
    """
CREATE POLICY operator_updates ON identity_provider FOR UPDATE TO tailrace_operator USING (true) WITH CHECK (true)
""",
    "ALTER TABLE membership ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE membership FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON membership TO tailrace_auth",
    "CREATE POLICY auth_reads ON membership FOR SELECT TO tailrace_auth USING (true)",
    "GRANT SELECT ON membership TO tailrace_operator",
    "GRANT INSERT ON membership TO tailrace_operator",
    "GRANT DELETE ON membership TO tailrace_operator",
    "CREATE POLICY operator_reads ON membership FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON membership FOR INSERT TO tailrace_operator WITH CHECK (true)",
    "CREATE POLICY operator_deletes ON membership FOR DELETE TO tailrace_operator USING (true)",
    "ALTER TABLE oauth_client ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE oauth_client FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON oauth_client TO tailrace_auth",
    "CREATE POLICY auth_reads ON oauth_client FOR SELECT TO tailrace_auth USING (true)",
    "GRANT SELECT ON oauth_client TO tailrace_operator",
    "GRANT INSERT ON oauth_client TO tailrace_operator",
    "GRANT UPDATE (secret_hash, jwks, rotated_at, revoked_at) ON oauth_client TO tailrace_operator",
    "CREATE POLICY operator_reads ON oauth_client FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON oauth_client FOR INSERT TO tailrace_operator WITH CHECK (true)",
    "CREATE POLICY operator_updates ON oauth_client FOR UPDATE TO tailrace_operator USING (true) WITH CHECK (true)",
    "ALTER TABLE remembered_result ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE remembered_result FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON remembered_result TO tailrace_vendor",
    "GRANT INSERT ON remembered_result TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON remembered_result FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON remembered_result FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON remembered_result TO tailrace_distributor",
    "GRANT INSERT ON remembered_result TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON remembered_result FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_inserts ON remembered_result FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON remembered_result TO tailrace_reseller",
    "GRANT INSERT ON remembered_result TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON remembered_result FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_inserts ON remembered_result FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "ALTER TABLE report_file ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE report_file FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON report_file TO tailrace_vendor",
    "GRANT INSERT ON report_file TO tailrace_vendor",
    "GRANT UPDATE (sha256, received_bytes, completed_at) ON report_file TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON report_file FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON report_file FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON report_file FOR UPDATE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON report_file TO tailrace_distributor",
    "GRANT INSERT ON report_file TO tailrace_distributor",
    "GRANT UPDATE (sha256, received_bytes, completed_at) ON report_file TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON report_file FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_inserts ON report_file FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_updates ON report_file FOR UPDATE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON report_file TO tailrace_reseller",
    "GRANT INSERT ON report_file TO tailrace_reseller",
    "GRANT UPDATE (sha256, received_bytes, completed_at) ON report_file TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON report_file FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_inserts ON report_file FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_updates ON report_file FOR UPDATE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid) WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON report_file TO tailrace_worker",
    """
CREATE POLICY worker_reads ON report_file FOR SELECT TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "ALTER TABLE sign_in_session ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sign_in_session FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON sign_in_session TO tailrace_auth",
    "GRANT INSERT ON sign_in_session TO tailrace_auth",
    "GRANT UPDATE (ended_at) ON sign_in_session TO tailrace_auth",
    "GRANT DELETE ON sign_in_session TO tailrace_auth",
    "CREATE POLICY auth_reads ON sign_in_session FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON sign_in_session FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "CREATE POLICY auth_updates ON sign_in_session FOR UPDATE TO tailrace_auth USING (true) WITH CHECK (true)",
    "CREATE POLICY auth_deletes ON sign_in_session FOR DELETE TO tailrace_auth USING (true)",
    "GRANT SELECT (id, user_id, ended_at) ON sign_in_session TO tailrace_operator",
    "GRANT UPDATE (ended_at) ON sign_in_session TO tailrace_operator",
    "CREATE POLICY operator_reads ON sign_in_session FOR SELECT TO tailrace_operator USING (true)",
    """
CREATE POLICY operator_updates ON sign_in_session FOR UPDATE TO tailrace_operator USING (true) WITH CHECK (true)
""",
    "ALTER TABLE vendor ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE vendor FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON vendor TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON vendor FOR SELECT TO tailrace_vendor USING (id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT (id, name, country, region) ON vendor TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON vendor FOR SELECT TO tailrace_distributor USING (id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT (id, name, country, region) ON vendor TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON vendor FOR SELECT TO tailrace_reseller USING (id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON vendor TO tailrace_auth",
    "CREATE POLICY auth_reads ON vendor FOR SELECT TO tailrace_auth USING (true)",
    "GRANT SELECT ON vendor TO tailrace_operator",
    "GRANT INSERT ON vendor TO tailrace_operator",
    "CREATE POLICY operator_reads ON vendor FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON vendor FOR INSERT TO tailrace_operator WITH CHECK (true)",
    "ALTER TABLE client_assertion ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE client_assertion FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON client_assertion TO tailrace_auth",
    "GRANT INSERT ON client_assertion TO tailrace_auth",
    "GRANT DELETE ON client_assertion TO tailrace_auth",
    "CREATE POLICY auth_reads ON client_assertion FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON client_assertion FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "CREATE POLICY auth_deletes ON client_assertion FOR DELETE TO tailrace_auth USING (true)",
    "ALTER TABLE knowledge ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE knowledge FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON knowledge TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON knowledge FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON knowledge TO tailrace_worker",
    "GRANT INSERT ON knowledge TO tailrace_worker",
    "GRANT UPDATE (known_at) ON knowledge TO tailrace_worker",
    """
CREATE POLICY worker_reads ON knowledge FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON knowledge FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON knowledge FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE oauth_grant ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE oauth_grant FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON oauth_grant TO tailrace_auth",
    "GRANT INSERT ON oauth_grant TO tailrace_auth",
    "GRANT UPDATE (ended_at) ON oauth_grant TO tailrace_auth",
    "GRANT DELETE ON oauth_grant TO tailrace_auth",
    "CREATE POLICY auth_reads ON oauth_grant FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON oauth_grant FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "CREATE POLICY auth_updates ON oauth_grant FOR UPDATE TO tailrace_auth USING (true) WITH CHECK (true)",
    "CREATE POLICY auth_deletes ON oauth_grant FOR DELETE TO tailrace_auth USING (true)",
    "ALTER TABLE party ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE party FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON party TO tailrace_vendor",
    "GRANT INSERT ON party TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON party FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed)
""",
    """
CREATE POLICY vendor_inserts ON party FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed)
""",
    "GRANT SELECT ON party TO tailrace_distributor",
    "GRANT INSERT ON party TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON party FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON party FOR INSERT TO tailrace_distributor WITH CHECK (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND kind = 'RESELLER')
""",
    "GRANT SELECT ON party TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON party FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON party TO tailrace_worker",
    "GRANT UPDATE (disclosed) ON party TO tailrace_worker",
    """
CREATE POLICY worker_reads ON party FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON party FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON party TO tailrace_operator",
    "GRANT INSERT ON party TO tailrace_operator",
    "CREATE POLICY operator_reads ON party FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON party FOR INSERT TO tailrace_operator WITH CHECK (true)",
    "ALTER TABLE product ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE product FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON product TO tailrace_vendor",
    "GRANT INSERT ON product TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON product FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON product FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON product TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON product FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON product TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON product FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON product TO tailrace_worker",
    """
CREATE POLICY worker_reads ON product FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE program ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE program FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON program TO tailrace_vendor",
    "GRANT INSERT ON program TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON program FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON program FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON program TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON program FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON program TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON program FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    "ALTER TABLE report_chunk ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE report_chunk FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON report_chunk TO tailrace_vendor",
    "GRANT INSERT ON report_chunk TO tailrace_vendor",
    "GRANT DELETE ON report_chunk TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON report_chunk FOR SELECT TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON report_chunk FOR INSERT TO tailrace_vendor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_deletes ON report_chunk FOR DELETE TO tailrace_vendor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON report_chunk TO tailrace_distributor",
    "GRANT INSERT ON report_chunk TO tailrace_distributor",
    "GRANT DELETE ON report_chunk TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON report_chunk FOR SELECT TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_inserts ON report_chunk FOR INSERT TO tailrace_distributor WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_deletes ON report_chunk FOR DELETE TO tailrace_distributor USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON report_chunk TO tailrace_reseller",
    "GRANT INSERT ON report_chunk TO tailrace_reseller",
    "GRANT DELETE ON report_chunk TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON report_chunk FOR SELECT TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_inserts ON report_chunk FOR INSERT TO tailrace_reseller WITH CHECK (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    """
CREATE POLICY reseller_deletes ON report_chunk FOR DELETE TO tailrace_reseller USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "GRANT SELECT ON report_chunk TO tailrace_worker",
    """
CREATE POLICY worker_reads ON report_chunk FOR SELECT TO tailrace_worker USING (organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid)
""",
    "ALTER TABLE trusted_issuer ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE trusted_issuer FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON trusted_issuer TO tailrace_auth",
    "CREATE POLICY auth_reads ON trusted_issuer FOR SELECT TO tailrace_auth USING (true)",
    "GRANT SELECT ON trusted_issuer TO tailrace_operator",
    "GRANT INSERT ON trusted_issuer TO tailrace_operator",
    "GRANT UPDATE (ended_at) ON trusted_issuer TO tailrace_operator",
    "CREATE POLICY operator_reads ON trusted_issuer FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON trusted_issuer FOR INSERT TO tailrace_operator WITH CHECK (true)",
    """
CREATE POLICY operator_updates ON trusted_issuer FOR UPDATE TO tailrace_operator USING (true) WITH CHECK (true)
""",
    "ALTER TABLE user_identity ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE user_identity FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON user_identity TO tailrace_auth",
    "GRANT INSERT ON user_identity TO tailrace_auth",
    "CREATE POLICY auth_reads ON user_identity FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON user_identity FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "ALTER TABLE agreement ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE agreement FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON agreement TO tailrace_vendor",
    "GRANT INSERT ON agreement TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON agreement FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON agreement FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON agreement TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON agreement FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON agreement TO tailrace_worker",
    """
CREATE POLICY worker_reads ON agreement FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE authorization_code ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE authorization_code FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON authorization_code TO tailrace_auth",
    "GRANT INSERT ON authorization_code TO tailrace_auth",
    "GRANT UPDATE (used_at) ON authorization_code TO tailrace_auth",
    "GRANT DELETE ON authorization_code TO tailrace_auth",
    "CREATE POLICY auth_reads ON authorization_code FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON authorization_code FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "CREATE POLICY auth_updates ON authorization_code FOR UPDATE TO tailrace_auth USING (true) WITH CHECK (true)",
    "CREATE POLICY auth_deletes ON authorization_code FOR DELETE TO tailrace_auth USING (true)",
    "ALTER TABLE benefit ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE benefit FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON benefit TO tailrace_vendor",
    "GRANT INSERT ON benefit TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON benefit FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON benefit FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON benefit TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON benefit FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON benefit TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON benefit FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    "ALTER TABLE book_price ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE book_price FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON book_price TO tailrace_vendor",
    "GRANT INSERT ON book_price TO tailrace_vendor",
    "GRANT UPDATE (effective_until) ON book_price TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON book_price FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON book_price FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON book_price FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON book_price TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON book_price FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND announced_at <= now())
""",
    "GRANT SELECT ON book_price TO tailrace_worker",
    """
CREATE POLICY worker_reads ON book_price FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE party_link ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE party_link FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON party_link TO tailrace_auth",
    "CREATE POLICY auth_reads ON party_link FOR SELECT TO tailrace_auth USING (true)",
    "GRANT SELECT ON party_link TO tailrace_operator",
    "GRANT INSERT ON party_link TO tailrace_operator",
    "GRANT UPDATE (linked_until) ON party_link TO tailrace_operator",
    "CREATE POLICY operator_reads ON party_link FOR SELECT TO tailrace_operator USING (true)",
    "CREATE POLICY operator_inserts ON party_link FOR INSERT TO tailrace_operator WITH CHECK (true)",
    "CREATE POLICY operator_updates ON party_link FOR UPDATE TO tailrace_operator USING (true) WITH CHECK (true)",
    "ALTER TABLE program_tier ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE program_tier FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON program_tier TO tailrace_vendor",
    "GRANT INSERT ON program_tier TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON program_tier FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON program_tier FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON program_tier TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON program_tier FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON program_tier TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON program_tier FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    "ALTER TABLE refresh_token ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE refresh_token FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON refresh_token TO tailrace_auth",
    "GRANT INSERT ON refresh_token TO tailrace_auth",
    "GRANT UPDATE (used_at) ON refresh_token TO tailrace_auth",
    "GRANT DELETE ON refresh_token TO tailrace_auth",
    "CREATE POLICY auth_reads ON refresh_token FOR SELECT TO tailrace_auth USING (true)",
    "CREATE POLICY auth_inserts ON refresh_token FOR INSERT TO tailrace_auth WITH CHECK (true)",
    "CREATE POLICY auth_updates ON refresh_token FOR UPDATE TO tailrace_auth USING (true) WITH CHECK (true)",
    "CREATE POLICY auth_deletes ON refresh_token FOR DELETE TO tailrace_auth USING (true)",
    "ALTER TABLE enrollment ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE enrollment FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON enrollment TO tailrace_vendor",
    "GRANT INSERT ON enrollment TO tailrace_vendor",
    "GRANT UPDATE (status, tier_id, since, version) ON enrollment TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON enrollment FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON enrollment FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON enrollment FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON enrollment TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON enrollment FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON enrollment TO tailrace_worker",
    """
CREATE POLICY worker_reads ON enrollment FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE reseller_authorization ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE reseller_authorization FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON reseller_authorization TO tailrace_vendor",
    "GRANT INSERT ON reseller_authorization TO tailrace_vendor",
    """
GRANT UPDATE (status, accounts, effective_end, suspended_by, suspension_reason, version) ON reseller_authorization TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON reseller_authorization FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed_reseller_id = reseller_id)
""",
    """
CREATE POLICY vendor_inserts ON reseller_authorization FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed_reseller_id = reseller_id)
""",
    """
CREATE POLICY vendor_updates ON reseller_authorization FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed_reseller_id = reseller_id) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed_reseller_id = reseller_id)
""",
    "GRANT SELECT ON reseller_authorization TO tailrace_distributor",
    "GRANT INSERT ON reseller_authorization TO tailrace_distributor",
    """
GRANT UPDATE (status, accounts, effective_end, suspended_by, suspension_reason, version) ON reseller_authorization TO tailrace_distributor
""",
    """
CREATE POLICY distributor_reads ON reseller_authorization FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON reseller_authorization FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_updates ON reseller_authorization FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON reseller_authorization TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON reseller_authorization FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON reseller_authorization TO tailrace_worker",
    """
CREATE POLICY worker_reads ON reseller_authorization FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE submission ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE submission FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, kind, mode, format, status, period_start, period_end, organization_id, file_id, filename, sha256, byte_size, submitted_by, received_at, started_at, processed_at, rows_received, rows_accepted, rows_held, rows_rejected, rows_duplicate, rows_conflict, disclosed_detected, acknowledgement, failure_code, disclosed_failure_message) ON submission TO tailrace_vendor
""",
    "GRANT INSERT ON submission TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON submission FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON submission FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND kind = 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED')
""",
    "GRANT SELECT ON submission TO tailrace_distributor",
    "GRANT INSERT ON submission TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON submission FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON submission FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND kind = 'SELL_THROUGH' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED')
""",
    "GRANT SELECT ON submission TO tailrace_worker",
    """
GRANT UPDATE (status, started_at, processed_at, rows_received, rows_accepted, rows_held, rows_rejected, rows_duplicate, rows_conflict, detected, disclosed_detected, acknowledgement, failure_code, failure_message, disclosed_failure_message) ON submission TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON submission FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON submission FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE tier_requirement ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE tier_requirement FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON tier_requirement TO tailrace_vendor",
    "GRANT INSERT ON tier_requirement TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON tier_requirement FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON tier_requirement FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON tier_requirement TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON tier_requirement FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON tier_requirement TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON tier_requirement FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]) AND audience = 'RESELLER')
""",
    "ALTER TABLE volume_tier ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE volume_tier FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON volume_tier TO tailrace_vendor",
    "GRANT INSERT ON volume_tier TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON volume_tier FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON volume_tier FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON volume_tier TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON volume_tier FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON volume_tier TO tailrace_worker",
    """
CREATE POLICY worker_reads ON volume_tier FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE account ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE account FORCE ROW LEVEL SECURITY",
    "GRANT INSERT ON account TO tailrace_vendor",
    """
CREATE POLICY vendor_inserts ON account FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON account TO tailrace_distributor",
    "GRANT INSERT ON account TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON account FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON account FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON account TO tailrace_worker",
    """
CREATE POLICY worker_reads ON account FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE alias ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE alias FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON alias TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON alias FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND kind = 'PRODUCT')
""",
    "GRANT SELECT ON alias TO tailrace_distributor",
    "GRANT INSERT ON alias TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON alias FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON alias FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON alias TO tailrace_worker",
    "GRANT UPDATE (released_rows) ON alias TO tailrace_worker",
    """
CREATE POLICY worker_reads ON alias FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON alias FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE credit_terms ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE credit_terms FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, authorization_id, agreement_id, distributor_id, currency, credit_limit_minor, payment_days) ON credit_terms TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON credit_terms FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND disclosed)
""",
    "GRANT SELECT ON credit_terms TO tailrace_distributor",
    "GRANT INSERT ON credit_terms TO tailrace_distributor",
    "GRANT UPDATE (currency, credit_limit_minor, payment_days) ON credit_terms TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON credit_terms FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON credit_terms FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_updates ON credit_terms FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON credit_terms TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON credit_terms FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "ALTER TABLE distributor_enrollment ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE distributor_enrollment FORCE ROW LEVEL SECURITY",
    "GRANT SELECT (vendor_id, enrollment_id) ON distributor_enrollment TO tailrace_vendor",
    "GRANT INSERT ON distributor_enrollment TO tailrace_vendor",
    "GRANT UPDATE (status, tier_id) ON distributor_enrollment TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON distributor_enrollment FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON distributor_enrollment FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON distributor_enrollment FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON distributor_enrollment TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON distributor_enrollment FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON distributor_enrollment TO tailrace_worker",
    "GRANT INSERT ON distributor_enrollment TO tailrace_worker",
    "GRANT UPDATE (status, tier_id) ON distributor_enrollment TO tailrace_worker",
    """
CREATE POLICY worker_reads ON distributor_enrollment FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON distributor_enrollment FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON distributor_enrollment FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE enrollment_event ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE enrollment_event FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON enrollment_event TO tailrace_vendor",
    "GRANT INSERT ON enrollment_event TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON enrollment_event FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON enrollment_event FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON enrollment_event TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON enrollment_event FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "ALTER TABLE report_row ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE report_row FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, submission_id, row_number, agreement_id, distributor_id, kind, outcome, source, document_kind, document_number, document_line, sold_on, product_code, quantity, currency, disclosed_received, settled_at) ON report_row TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON report_row FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON report_row TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON report_row FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON report_row TO tailrace_worker",
    "GRANT INSERT ON report_row TO tailrace_worker",
    "GRANT UPDATE (outcome, waits_for, settled_at) ON report_row TO tailrace_worker",
    """
CREATE POLICY worker_reads ON report_row FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON report_row FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON report_row FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE submission_issue ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE submission_issue FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, submission_id, row_number, position, agreement_id, distributor_id, field, code, severity, disclosed_value, settled_at) ON submission_issue TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON submission_issue FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON submission_issue TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON submission_issue FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON submission_issue TO tailrace_worker",
    "GRANT INSERT ON submission_issue TO tailrace_worker",
    "GRANT UPDATE (settled_at) ON submission_issue TO tailrace_worker",
    """
CREATE POLICY worker_reads ON submission_issue FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON submission_issue FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON submission_issue FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "CREATE SCHEMA jobs",
    """
CREATE TYPE jobs.pgqueuer_status AS ENUM ('queued', 'picked', 'successful', 'exception', 'canceled', 'deleted', 'failed');
""",
    """
CREATE TABLE jobs.pgqueuer (
    id bigserial NOT NULL PRIMARY KEY,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    execute_after timestamp with time zone NOT NULL DEFAULT now(),
    status jobs.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer NOT NULL DEFAULT 0,
    slot bigint
);
""",
    """
CREATE TABLE jobs.pgqueuer_log (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT now(),
    job_id bigint NOT NULL,
    status jobs.pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
);
""",
    """
CREATE TABLE jobs.pgqueuer_schedules (
    id bigserial NOT NULL PRIMARY KEY,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    next_run timestamp with time zone NOT NULL DEFAULT now(),
    last_run timestamp with time zone,
    status jobs.pgqueuer_status DEFAULT 'queued'::jobs.pgqueuer_status,
    UNIQUE (expression, entrypoint)
);
""",
    """
CREATE TABLE jobs.pgqueuer_statistics (
    id bigserial NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT date_trunc('sec'::text, now()),
    count bigint NOT NULL,
    priority integer NOT NULL,
    status jobs.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
);
""",
    """
CREATE INDEX pgqueuer_ep_ea_idx ON jobs.pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::jobs.pgqueuer_status);
""",
    """
CREATE INDEX pgqueuer_ep_prio_id_idx ON jobs.pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::jobs.pgqueuer_status);
""",
    "CREATE INDEX pgqueuer_log_created ON jobs.pgqueuer_log USING btree (created);",
    "CREATE INDEX pgqueuer_log_job_id_status ON jobs.pgqueuer_log USING btree (job_id, created DESC);",
    "CREATE INDEX pgqueuer_log_not_aggregated ON jobs.pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);",
    "CREATE INDEX pgqueuer_log_status ON jobs.pgqueuer_log USING btree (status);",
    """
CREATE INDEX pgqueuer_picked_heartbeat_idx ON jobs.pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::jobs.pgqueuer_status);
""",
    """
CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON jobs.pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::jobs.pgqueuer_status) AND (slot IS NOT NULL));
""",
    """
CREATE INDEX pgqueuer_priority_id_id1_idx ON jobs.pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::jobs.pgqueuer_status);
""",
    """
CREATE INDEX pgqueuer_queue_manager_id_idx ON jobs.pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);
""",
    """
CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON jobs.pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);
""",
    """
CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON jobs.pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::jobs.pgqueuer_status, 'picked'::jobs.pgqueuer_status])) AND (dedupe_key IS NOT NULL));
""",
    """
CREATE INDEX pgqueuer_updated_id_id1_idx ON jobs.pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::jobs.pgqueuer_status);
""",
    """
CREATE FUNCTION jobs.fn_pgqueuer_changed() RETURNS TRIGGER AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;
$$ LANGUAGE plpgsql;
""",
    """
CREATE TRIGGER tg_pgqueuer_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON jobs.pgqueuer
EXECUTE FUNCTION jobs.fn_pgqueuer_changed();
""",
    "REVOKE ALL ON TYPE jobs.pgqueuer_status FROM PUBLIC",
    "REVOKE ALL ON FUNCTION jobs.fn_pgqueuer_changed() FROM PUBLIC",
    "GRANT USAGE ON SCHEMA jobs TO tailrace_jobs",
    "GRANT USAGE ON TYPE jobs.pgqueuer_status TO tailrace_jobs",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.pgqueuer TO tailrace_jobs",
    "GRANT USAGE ON SEQUENCE jobs.pgqueuer_id_seq TO tailrace_jobs",
    "GRANT SELECT, INSERT, DELETE ON jobs.pgqueuer_log TO tailrace_jobs",
    "GRANT SELECT ON jobs.pgqueuer_statistics TO tailrace_jobs",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
