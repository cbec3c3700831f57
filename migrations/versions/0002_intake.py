"""The intake complete: corrections, previews, profiles, stock, calendars, alerts; what is there is carried over."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "DROP INDEX ix_sell_in_line_vendor_id_distributor_id_sold_on",
    "DROP INDEX uq_sell_in_line_live",
    "DROP INDEX ix_sell_through_line_vendor_id_distributor_id_sold_on",
    "DROP INDEX ix_sell_through_line_vendor_id_reseller_id_sold_on",
    "DROP INDEX uq_sell_through_line_live",
    "DROP INDEX ix_report_row_held_account",
    "DROP INDEX ix_report_row_held_document",
    "DROP INDEX ix_report_row_held_product",
    "DROP POLICY vendor_reads ON submission",
    "DROP POLICY vendor_inserts ON submission",
    "DROP POLICY distributor_reads ON submission",
    "DROP POLICY distributor_inserts ON submission",
    "DROP POLICY distributor_inserts ON alias",
    "DROP POLICY vendor_reads ON report_row",
    "DROP POLICY distributor_reads ON report_row",
    "DROP POLICY vendor_reads ON submission_issue",
    "DROP POLICY distributor_reads ON submission_issue",
    "ALTER TABLE sell_in_line DROP CONSTRAINT pk_sell_in_line",
    "ALTER TABLE sell_through_line DROP CONSTRAINT pk_sell_through_line",
    "ALTER TABLE sell_through_month DROP CONSTRAINT pk_sell_through_month",
    "ALTER TABLE submission DROP CONSTRAINT ck_submission_kind",
    "ALTER TABLE submission DROP CONSTRAINT ck_submission_mode",
    "ALTER TABLE submission DROP CONSTRAINT ck_submission_status",
    "ALTER TABLE submission DROP CONSTRAINT ck_submission_no_row_vanishes",
    "ALTER TABLE report_row DROP CONSTRAINT ck_report_row_outcome",
    "DROP TABLE staging_issue",
    "DROP TABLE staging_row",
    "ALTER TABLE sell_in_line ADD COLUMN component INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE sell_in_line ALTER COLUMN component DROP DEFAULT",
    "ALTER TABLE sell_in_line ADD COLUMN counts_on DATE GENERATED ALWAYS AS (sold_on) STORED",
    "ALTER TABLE sell_in_line ALTER COLUMN counts_on DROP EXPRESSION",
    "ALTER TABLE sell_in_line ALTER COLUMN counts_on SET NOT NULL",
    "ALTER TABLE sell_in_line ADD COLUMN product_code TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sell_in_line ALTER COLUMN product_code DROP DEFAULT",
    "ALTER TABLE sell_in_line ADD COLUMN reported_quantity BIGINT GENERATED ALWAYS AS (quantity) STORED",
    "ALTER TABLE sell_in_line ALTER COLUMN reported_quantity DROP EXPRESSION",
    "ALTER TABLE sell_in_line ALTER COLUMN reported_quantity SET NOT NULL",
    "ALTER TABLE sell_in_line ADD COLUMN unit TEXT",
    "ALTER TABLE sell_in_line ADD COLUMN source TEXT",
    "ALTER TABLE sell_in_line ADD COLUMN product_alias_id UUID",
    "ALTER TABLE sell_in_line ADD COLUMN kit_id UUID",
    "ALTER TABLE sell_in_line ADD COLUMN corrects_submission_id UUID",
    "ALTER TABLE sell_in_line ADD COLUMN corrects_row BIGINT",
    "ALTER TABLE sell_in_line ADD COLUMN corrected_by UUID",
    "ALTER TABLE sell_in_line ADD COLUMN replaced BIGINT",
    """
ALTER TABLE sell_in_line ADD CONSTRAINT pk_sell_in_line PRIMARY KEY (vendor_id, submission_id, row_number, component, recorded)
""",
    "ALTER TABLE sell_through_line ADD COLUMN reseller_account TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sell_through_line ALTER COLUMN reseller_account DROP DEFAULT",
    "ALTER TABLE sell_through_line ADD COLUMN account_alias_id UUID",
    "ALTER TABLE sell_through_line ADD COLUMN component INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE sell_through_line ALTER COLUMN component DROP DEFAULT",
    "ALTER TABLE sell_through_line ADD COLUMN counts_on DATE GENERATED ALWAYS AS (sold_on) STORED",
    "ALTER TABLE sell_through_line ALTER COLUMN counts_on DROP EXPRESSION",
    "ALTER TABLE sell_through_line ALTER COLUMN counts_on SET NOT NULL",
    "ALTER TABLE sell_through_line ADD COLUMN product_code TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sell_through_line ALTER COLUMN product_code DROP DEFAULT",
    "ALTER TABLE sell_through_line ADD COLUMN reported_quantity BIGINT GENERATED ALWAYS AS (quantity) STORED",
    "ALTER TABLE sell_through_line ALTER COLUMN reported_quantity DROP EXPRESSION",
    "ALTER TABLE sell_through_line ALTER COLUMN reported_quantity SET NOT NULL",
    "ALTER TABLE sell_through_line ADD COLUMN unit TEXT",
    "ALTER TABLE sell_through_line ADD COLUMN source TEXT",
    "ALTER TABLE sell_through_line ADD COLUMN product_alias_id UUID",
    "ALTER TABLE sell_through_line ADD COLUMN kit_id UUID",
    "ALTER TABLE sell_through_line ADD COLUMN corrects_submission_id UUID",
    "ALTER TABLE sell_through_line ADD COLUMN corrects_row BIGINT",
    "ALTER TABLE sell_through_line ADD COLUMN corrected_by UUID",
    "ALTER TABLE sell_through_line ADD COLUMN replaced BIGINT",
    """
ALTER TABLE sell_through_line ADD CONSTRAINT pk_sell_through_line PRIMARY KEY (vendor_id, submission_id, row_number, component, recorded)
""",
    "ALTER TABLE sell_through_month ADD COLUMN fiscal_month DATE GENERATED ALWAYS AS (month) STORED",
    "ALTER TABLE sell_through_month ALTER COLUMN fiscal_month DROP EXPRESSION",
    "ALTER TABLE sell_through_month ALTER COLUMN fiscal_month SET NOT NULL",
    """
ALTER TABLE sell_through_month ADD CONSTRAINT pk_sell_through_month PRIMARY KEY (vendor_id, month, distributor_id, reseller_id, product_id, currency, book_currency, disclosed_reseller_id, fiscal_month)
""",
    "ALTER TABLE agreement ADD COLUMN closed_before DATE",
    "ALTER TABLE alias ADD COLUMN undone_by TEXT",
    "ALTER TABLE alias ADD COLUMN returned_rows BIGINT",
    "ALTER TABLE submission ADD COLUMN previewed_by TEXT",
    "ALTER TABLE submission ADD COLUMN profile_id UUID",
    "ALTER TABLE submission ADD COLUMN profile_version INTEGER",
    "ALTER TABLE submission ADD COLUMN corrected_lines BIGINT DEFAULT 0 NOT NULL",
    "ALTER TABLE submission ADD COLUMN rows_superseded BIGINT DEFAULT 0 NOT NULL",
    "ALTER TABLE submission ADD COLUMN progress FLOAT DEFAULT 0 NOT NULL",
    """
ALTER TABLE submission ADD CONSTRAINT ck_submission_kind CHECK (kind IN ('SELL_THROUGH', 'SELL_IN', 'INVENTORY'))
""",
    """
ALTER TABLE submission ADD CONSTRAINT ck_submission_mode CHECK (mode IN ('APPEND', 'CORRECT', 'REPLACE_PERIOD'))
""",
    """
ALTER TABLE submission ADD CONSTRAINT ck_submission_status CHECK (status IN ('RECEIVED', 'PROCESSING', 'PROCESSED', 'FAILED', 'CANCELLED'))
""",
    """
ALTER TABLE submission ADD CONSTRAINT ck_submission_no_row_vanishes CHECK (status <> 'PROCESSED' OR rows_received = rows_accepted + rows_held + rows_rejected + rows_duplicate + rows_conflict + rows_superseded)
""",
    "ALTER TABLE report_row ADD COLUMN previewed_by TEXT",
    "ALTER TABLE report_row ADD COLUMN waived TEXT[]",
    """
ALTER TABLE report_row ADD CONSTRAINT ck_report_row_outcome CHECK (outcome IN ('ACCEPTED', 'HELD', 'REJECTED', 'DUPLICATE', 'CONFLICT', 'SUPERSEDED'))
""",
    "ALTER TABLE submission_issue ADD COLUMN previewed_by TEXT",
    """
CREATE TABLE inventory_count (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	counted_on DATE NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	warehouse TEXT NOT NULL,
	product_id UUID NOT NULL,
	status TEXT NOT NULL,
	lot TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	product_code TEXT NOT NULL,
	reported_quantity BIGINT NOT NULL,
	unit TEXT,
	source TEXT,
	product_alias_id UUID,
	reference TEXT,
	corrected_by UUID,
	content_hash TEXT NOT NULL,
	recorded BIGINT NOT NULL,
	superseded BIGINT,
	CONSTRAINT pk_inventory_count PRIMARY KEY (vendor_id, submission_id, row_number, recorded),
	CONSTRAINT ck_inventory_count_status CHECK (status IN ('GOOD', 'RESERVED', 'IN_TRANSIT', 'RETURNED', 'DEFECTIVE', 'BLOCKED')),
	CONSTRAINT ck_inventory_count_not_negative CHECK (quantity >= 0)
)
""",
    """
CREATE TABLE sell_through_reseller_month (
	vendor_id UUID NOT NULL,
	month DATE NOT NULL,
	distributor_id UUID NOT NULL,
	reseller_id UUID NOT NULL,
	currency TEXT NOT NULL,
	book_currency TEXT NOT NULL,
	disclosed_reseller_id UUID NOT NULL,
	units BIGINT NOT NULL,
	returned_units BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	resale_amount BIGINT NOT NULL,
	disclosed_resale_amount BIGINT NOT NULL,
	book_amount BIGINT NOT NULL,
	CONSTRAINT pk_sell_through_reseller_month PRIMARY KEY (vendor_id, month, distributor_id, reseller_id, currency, book_currency, disclosed_reseller_id)
)
""",
    """
CREATE TABLE serial_movement (
	vendor_id UUID NOT NULL,
	serial TEXT NOT NULL,
	distributor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	component INTEGER NOT NULL,
	recorded BIGINT NOT NULL,
	direction INTEGER NOT NULL,
	CONSTRAINT pk_serial_movement PRIMARY KEY (vendor_id, serial, product_id, submission_id, row_number, component, recorded, direction)
)
""",
    """
CREATE TABLE stock_movement (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	moved_on DATE NOT NULL,
	movement TEXT NOT NULL,
	reference_line TEXT NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	warehouse TEXT NOT NULL,
	product_id UUID NOT NULL,
	status TEXT NOT NULL,
	lot TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	product_code TEXT NOT NULL,
	reported_quantity BIGINT NOT NULL,
	unit TEXT,
	source TEXT,
	product_alias_id UUID,
	reference TEXT,
	corrected_by UUID,
	content_hash TEXT NOT NULL,
	recorded BIGINT NOT NULL,
	superseded BIGINT,
	CONSTRAINT pk_stock_movement PRIMARY KEY (vendor_id, submission_id, row_number, recorded),
	CONSTRAINT ck_stock_movement_status CHECK (status IN ('GOOD', 'RESERVED', 'IN_TRANSIT', 'RETURNED', 'DEFECTIVE', 'BLOCKED')),
	CONSTRAINT ck_stock_movement_movement CHECK (movement IN ('RECEIPT', 'TRANSFER', 'ADJUSTMENT', 'RETURN_TO_VENDOR', 'SCRAPPED', 'DELIVERY')),
	CONSTRAINT ck_stock_movement_has_its_document CHECK (reference IS NOT NULL)
)
""",
    """
CREATE TABLE exchange_rate (
	vendor_id UUID NOT NULL,
	base TEXT NOT NULL,
	quote TEXT NOT NULL,
	effective_from DATE NOT NULL,
	rate BIGINT NOT NULL,
	CONSTRAINT pk_exchange_rate PRIMARY KEY (vendor_id, base, quote, effective_from),
	CONSTRAINT fk_exchange_rate_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_exchange_rate_positive CHECK (rate > 0),
	CONSTRAINT ck_exchange_rate_between_two CHECK (base <> quote)
)
""",
    """
CREATE TABLE fiscal_calendar (
	vendor_id UUID NOT NULL,
	pattern TEXT NOT NULL,
	closing_month INTEGER NOT NULL,
	year_name TEXT NOT NULL,
	weekday TEXT NOT NULL,
	year_end TEXT NOT NULL,
	set_at TIMESTAMP WITH TIME ZONE NOT NULL,
	in_force BOOLEAN NOT NULL,
	CONSTRAINT pk_fiscal_calendar PRIMARY KEY (vendor_id),
	CONSTRAINT fk_fiscal_calendar_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_fiscal_calendar_pattern CHECK (pattern IN ('CALENDAR_MONTHS', 'WEEKS_4_4_5', 'WEEKS_4_5_4', 'WEEKS_5_4_4')),
	CONSTRAINT ck_fiscal_calendar_year_name CHECK (year_name IN ('FIRST_MONTH', 'LAST_MONTH')),
	CONSTRAINT ck_fiscal_calendar_weekday CHECK (weekday IN ('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY')),
	CONSTRAINT ck_fiscal_calendar_year_end CHECK (year_end IN ('LAST', 'NEAREST')),
	CONSTRAINT ck_fiscal_calendar_closing_month CHECK (closing_month BETWEEN 1 AND 12)
)
""",
    """
CREATE TABLE fiscal_month (
	vendor_id UUID NOT NULL,
	start_day DATE NOT NULL,
	end_day DATE NOT NULL,
	fiscal_year INTEGER NOT NULL,
	quarter INTEGER NOT NULL,
	month INTEGER NOT NULL,
	CONSTRAINT pk_fiscal_month PRIMARY KEY (vendor_id, start_day),
	CONSTRAINT uq_fiscal_month_vendor_id_fiscal_year_month UNIQUE (vendor_id, fiscal_year, month),
	CONSTRAINT fk_fiscal_month_vendor_id FOREIGN KEY(vendor_id) REFERENCES vendor (id),
	CONSTRAINT ck_fiscal_month_ends_after_it_starts CHECK (end_day > start_day)
)
""",
    """
CREATE TABLE kit_component (
	vendor_id UUID NOT NULL,
	kit_id UUID NOT NULL,
	effective_from DATE NOT NULL,
	position INTEGER NOT NULL,
	effective_until DATE,
	product_id UUID NOT NULL,
	quantity BIGINT NOT NULL,
	CONSTRAINT pk_kit_component PRIMARY KEY (vendor_id, kit_id, effective_from, position),
	CONSTRAINT fk_kit_component_vendor_id_kit_id FOREIGN KEY(vendor_id, kit_id) REFERENCES product (vendor_id, id),
	CONSTRAINT fk_kit_component_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_kit_component_positive CHECK (quantity > 0),
	CONSTRAINT ck_kit_component_ends_after_it_starts CHECK (effective_until > effective_from),
	CONSTRAINT ck_kit_component_not_of_itself CHECK (kit_id <> product_id)
)
""",
    """
CREATE TABLE product_unit (
	vendor_id UUID NOT NULL,
	product_id UUID NOT NULL,
	unit TEXT NOT NULL,
	factor BIGINT NOT NULL,
	CONSTRAINT pk_product_unit PRIMARY KEY (vendor_id, product_id, unit),
	CONSTRAINT fk_product_unit_vendor_id_product_id FOREIGN KEY(vendor_id, product_id) REFERENCES product (vendor_id, id),
	CONSTRAINT ck_product_unit_positive CHECK (factor > 0)
)
""",
    """
CREATE TABLE alert (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	audience TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	evidence TEXT[] NOT NULL,
	period_start DATE NOT NULL,
	period_end DATE NOT NULL,
	due_on DATE,
	rows BIGINT,
	raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
	settled_at TIMESTAMP WITH TIME ZONE,
	settled_by TEXT,
	CONSTRAINT pk_alert PRIMARY KEY (vendor_id, id),
	CONSTRAINT uq_alert_vendor_id_subject_kind_audience UNIQUE (vendor_id, subject, kind, audience),
	CONSTRAINT fk_alert_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_alert_audience CHECK (audience IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_alert_kind CHECK (kind IN ('REPORT_DUE', 'REPORT_LATE', 'REPORT_MISSING', 'PRICE_MISSING', 'PRICE_UNUSUAL', 'RESELLER_NOT_AUTHORIZED', 'MORE_SOLD_THAN_STOCK', 'SERIAL_SOLD_TWICE', 'SERIAL_OUTSIDE_TERRITORY')),
	CONSTRAINT ck_alert_settled_by_somebody_once CHECK (settled_by IS NULL OR settled_at IS NOT NULL)
)
""",
    """
CREATE TABLE held_decision (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	decision TEXT NOT NULL,
	hold TEXT NOT NULL,
	code TEXT,
	submission_ids UUID[] NOT NULL,
	row_numbers BIGINT[] NOT NULL,
	reason TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_as TEXT NOT NULL,
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
	carried_out_at TIMESTAMP WITH TIME ZONE,
	rows_released BIGINT NOT NULL,
	rows_dismissed BIGINT NOT NULL,
	rows_still_held BIGINT NOT NULL,
	CONSTRAINT pk_held_decision PRIMARY KEY (vendor_id, id),
	CONSTRAINT fk_held_decision_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_held_decision_decision CHECK (decision IN ('RELEASE', 'DISMISS')),
	CONSTRAINT ck_held_decision_decided_as CHECK (decided_as IN ('VENDOR', 'DISTRIBUTOR', 'RESELLER')),
	CONSTRAINT ck_held_decision_by_code_or_by_row CHECK ((code IS NULL) <> (cardinality(row_numbers) = 0)),
	CONSTRAINT ck_held_decision_rows_of_reports CHECK (cardinality(row_numbers) = cardinality(submission_ids))
)
""",
    """
CREATE TABLE report_profile (
	vendor_id UUID NOT NULL,
	id UUID NOT NULL,
	version INTEGER NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	kind TEXT NOT NULL,
	format TEXT NOT NULL,
	name TEXT NOT NULL,
	settings JSONB NOT NULL,
	created_by TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	retired_by TEXT,
	retired_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_report_profile PRIMARY KEY (vendor_id, id, version),
	CONSTRAINT uq_report_profile_vendor_id_agreement_id_kind_format_version UNIQUE (vendor_id, agreement_id, kind, format, version),
	CONSTRAINT uq_report_profile_vendor_id_id_version_agreement_id UNIQUE (vendor_id, id, version, agreement_id),
	CONSTRAINT fk_report_profile_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_report_profile_kind CHECK (kind IN ('SELL_THROUGH', 'SELL_IN', 'INVENTORY') AND kind <> 'SELL_IN'),
	CONSTRAINT ck_report_profile_format CHECK (format IN ('INLINE', 'CSV', 'XLSX', 'X12', 'EDIFACT') AND format <> 'INLINE'),
	CONSTRAINT ck_report_profile_version CHECK (version >= 1),
	CONSTRAINT ck_report_profile_retired_by_somebody CHECK ((retired_at IS NULL) = (retired_by IS NULL))
)
""",
    """
CREATE TABLE reporting_calendar (
	vendor_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	business_days BOOLEAN NOT NULL,
	holidays DATE[] NOT NULL,
	remind_days INTEGER NOT NULL,
	version INTEGER NOT NULL,
	CONSTRAINT pk_reporting_calendar PRIMARY KEY (vendor_id, agreement_id),
	CONSTRAINT fk_reporting_calendar_vendor_id_agreement_id_distributor_id FOREIGN KEY(vendor_id, agreement_id, distributor_id) REFERENCES agreement (vendor_id, id, distributor_id),
	CONSTRAINT ck_reporting_calendar_remind_days CHECK (remind_days >= 0)
)
""",
    """
CREATE TABLE submission_effect (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	month DATE NOT NULL,
	product_id UUID NOT NULL,
	currency TEXT NOT NULL,
	book_currency TEXT NOT NULL,
	previewed_by TEXT,
	units BIGINT NOT NULL,
	returned_units BIGINT NOT NULL,
	lines BIGINT NOT NULL,
	resale_amount BIGINT NOT NULL,
	disclosed_resale_amount BIGINT NOT NULL,
	book_amount BIGINT NOT NULL,
	CONSTRAINT pk_submission_effect PRIMARY KEY (vendor_id, submission_id, month, product_id, currency, book_currency),
	CONSTRAINT fk_submission_effect_vendor_id_submission_id_agreement__b67b FOREIGN KEY(vendor_id, submission_id, agreement_id, distributor_id) REFERENCES submission (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
CREATE TABLE stock_row (
	vendor_id UUID NOT NULL,
	submission_id UUID NOT NULL,
	row_number BIGINT NOT NULL,
	agreement_id UUID NOT NULL,
	distributor_id UUID NOT NULL,
	previewed_by TEXT,
	warehouse TEXT,
	status TEXT,
	movement TEXT,
	lot TEXT,
	unit TEXT,
	CONSTRAINT pk_stock_row PRIMARY KEY (vendor_id, submission_id, row_number),
	CONSTRAINT fk_stock_row_vendor_id_submission_id_row_number FOREIGN KEY(vendor_id, submission_id, row_number) REFERENCES report_row (vendor_id, submission_id, row_number),
	CONSTRAINT fk_stock_row_vendor_id_submission_id_agreement_id_distr_fa21 FOREIGN KEY(vendor_id, submission_id, agreement_id, distributor_id) REFERENCES submission (vendor_id, id, agreement_id, distributor_id)
)
""",
    """
ALTER TABLE submission ADD CONSTRAINT fk_submission_vendor_id_profile_id_profile_version_agreement_id FOREIGN KEY(vendor_id, profile_id, profile_version, agreement_id) REFERENCES report_profile (vendor_id, id, version, agreement_id)
""",
    """
CREATE INDEX ix_inventory_count_position ON inventory_count (vendor_id, agreement_id, warehouse, product_id, status, counted_on) WHERE superseded IS NULL
""",
    """
CREATE INDEX ix_inventory_count_product ON inventory_count (vendor_id, agreement_id, product_id, counted_on) WHERE superseded IS NULL
""",
    """
CREATE UNIQUE INDEX uq_inventory_count_live ON inventory_count (vendor_id, distributor_id, warehouse, product_id, status, counted_on, lot) WHERE superseded IS NULL
""",
    """
COMMENT ON TABLE inventory_count IS 'So many base units of a product lay in a warehouse in one state on a day; `lot` is '''' where none is named'
""",
    """
CREATE INDEX ix_sell_in_line_vendor_id_distributor_id_counts_on ON sell_in_line (vendor_id, distributor_id, counts_on)
""",
    """
CREATE UNIQUE INDEX uq_sell_in_line_live ON sell_in_line (vendor_id, distributor_id, document_number, document_line, document_kind, component) WHERE replaced IS NULL AND component >= 0
""",
    """
CREATE INDEX ix_sell_through_line_vendor_id_distributor_id_counts_on ON sell_through_line (vendor_id, distributor_id, counts_on)
""",
    """
CREATE INDEX ix_sell_through_line_vendor_id_reseller_id_counts_on ON sell_through_line (vendor_id, reseller_id, counts_on)
""",
    """
CREATE UNIQUE INDEX uq_sell_through_line_live ON sell_through_line (vendor_id, distributor_id, document_number, document_line, document_kind, component) WHERE replaced IS NULL AND component >= 0
""",
    """
COMMENT ON TABLE sell_through_month IS '`currency` and `book_currency` are '''' where a line has no resale price or no book price; what one agreement discloses of a reseller and another does not stands in two rows, and so does what lies in one calendar month and in two of the vendor''s fiscal months'
""",
    """
CREATE INDEX ix_sell_through_reseller_month_vendor_id_disclosed_rese_8ac7 ON sell_through_reseller_month (vendor_id, disclosed_reseller_id, month)
""",
    """
CREATE INDEX ix_sell_through_reseller_month_vendor_id_reseller_id_month ON sell_through_reseller_month (vendor_id, reseller_id, month)
""",
    """
COMMENT ON TABLE sell_through_reseller_month IS 'What one distributor sold to one reseller in a calendar month, whatever the products: sell_through_month added up'
""",
    """
COMMENT ON TABLE serial_movement IS '1 for each unit that a line sold, −1 for each that came back or whose line counts no more: whose sum is above 1 was sold twice'
""",
    """
CREATE INDEX ix_stock_movement_ended_by ON stock_movement (vendor_id, corrected_by) WHERE corrected_by IS NOT NULL
""",
    """
CREATE INDEX ix_stock_movement_vendor_id_distributor_id_product_id_moved_on ON stock_movement (vendor_id, distributor_id, product_id, moved_on)
""",
    """
CREATE UNIQUE INDEX uq_stock_movement_live ON stock_movement (vendor_id, distributor_id, reference, reference_line) WHERE superseded IS NULL
""",
    """
COMMENT ON TABLE stock_movement IS 'What went into a warehouse (positive) or out of it, by a line of a document of the distributor''s'
""",
    """
COMMENT ON TABLE exchange_rate IS 'One unit of `base` is worth `rate` × 10⁻⁹ units of `quote`, from its day until the next one begins'
""",
    """
COMMENT ON TABLE fiscal_calendar IS 'The rule that the vendor set; in force once `fiscal_month` and the month rollup follow it'
""",
    """
COMMENT ON TABLE fiscal_month IS '[start_day, end_day); the months of a vendor touch one another and leave no day out'
""",
    """
COMMENT ON TABLE kit_component IS 'A kit''s bill of material from a day on: `quantity` base units of each component make one kit'
""",
    "COMMENT ON TABLE product_unit IS '`factor` base units make one of this unit: a case of twelve has 12000'",
    "CREATE INDEX ix_alert_vendor_id_audience_raised_at_id ON alert (vendor_id, audience, raised_at, id)",
    """
CREATE INDEX ix_alert_vendor_id_distributor_id_audience_raised_at_id ON alert (vendor_id, distributor_id, audience, raised_at, id)
""",
    "CREATE INDEX ix_alert_vendor_id_kind_period_start ON alert (vendor_id, kind, period_start)",
    "COMMENT ON TABLE alert IS 'Settled by nobody means by itself: what it says is true no longer'",
    """
CREATE INDEX ix_held_decision_vendor_id_agreement_id_decided_at_id ON held_decision (vendor_id, agreement_id, decided_at, id)
""",
    """
COMMENT ON TABLE held_decision IS 'Rows are named by the code that they wait for, or one by one by report and row'
""",
    """
COMMENT ON TABLE report_profile IS 'Versions of what a distributor''s columns, segments and positions mean; only their end is written later'
""",
    "CREATE INDEX ix_submission_previews ON submission (vendor_id, received_at) WHERE previewed_by IS NOT NULL",
    """
CREATE INDEX ix_submission_vendor_id_agreement_id_period_end ON submission (vendor_id, agreement_id, period_end)
""",
    """
CREATE INDEX ix_report_row_held_account ON report_row (vendor_id, agreement_id, reseller_account) WHERE outcome = 'HELD' AND previewed_by IS NULL
""",
    """
CREATE INDEX ix_report_row_held_document ON report_row (vendor_id, distributor_id, document_number, document_line) WHERE outcome = 'HELD' AND previewed_by IS NULL
""",
    """
CREATE INDEX ix_report_row_held_product ON report_row (vendor_id, agreement_id, product_code) WHERE outcome = 'HELD' AND previewed_by IS NULL
""",
    """
COMMENT ON TABLE submission_effect IS 'What counting a report changed in the figures of each month, or would change where it is a preview'
""",
    """
COMMENT ON TABLE stock_row IS 'What a row of an inventory report that did not count at once says beyond its report_row'
""",
    "ALTER TABLE inventory_count ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE inventory_count FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON inventory_count TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON inventory_count FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON inventory_count TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON inventory_count FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON inventory_count TO tailrace_worker",
    "GRANT INSERT ON inventory_count TO tailrace_worker",
    "GRANT UPDATE (superseded, corrected_by) ON inventory_count TO tailrace_worker",
    """
CREATE POLICY worker_reads ON inventory_count FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON inventory_count FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON inventory_count FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON sell_through_month FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE sell_through_reseller_month ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_reseller_month FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, month, distributor_id, disclosed_reseller_id, currency, book_currency, units, returned_units, lines, disclosed_resale_amount, book_amount) ON sell_through_reseller_month TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON sell_through_reseller_month FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON sell_through_reseller_month TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON sell_through_reseller_month FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
GRANT SELECT (vendor_id, month, distributor_id, reseller_id, currency, units, returned_units, lines, resale_amount) ON sell_through_reseller_month TO tailrace_reseller
""",
    """
CREATE POLICY reseller_reads ON sell_through_reseller_month FOR SELECT TO tailrace_reseller USING (reseller_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON sell_through_reseller_month TO tailrace_worker",
    "GRANT INSERT ON sell_through_reseller_month TO tailrace_worker",
    """
GRANT UPDATE (units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount) ON sell_through_reseller_month TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON sell_through_reseller_month FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON sell_through_reseller_month FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON sell_through_reseller_month FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE serial_movement ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE serial_movement FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON serial_movement TO tailrace_worker",
    "GRANT INSERT ON serial_movement TO tailrace_worker",
    """
CREATE POLICY worker_reads ON serial_movement FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON serial_movement FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE stock_movement ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE stock_movement FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON stock_movement TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON stock_movement FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON stock_movement TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON stock_movement FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON stock_movement TO tailrace_worker",
    "GRANT INSERT ON stock_movement TO tailrace_worker",
    "GRANT UPDATE (superseded, corrected_by) ON stock_movement TO tailrace_worker",
    """
CREATE POLICY worker_reads ON stock_movement FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON stock_movement FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON stock_movement FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE exchange_rate ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE exchange_rate FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON exchange_rate TO tailrace_vendor",
    "GRANT INSERT ON exchange_rate TO tailrace_vendor",
    "GRANT UPDATE (rate) ON exchange_rate TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON exchange_rate FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON exchange_rate FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON exchange_rate FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON exchange_rate TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON exchange_rate FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON exchange_rate TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON exchange_rate FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON exchange_rate TO tailrace_worker",
    """
CREATE POLICY worker_reads ON exchange_rate FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE fiscal_calendar ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE fiscal_calendar FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON fiscal_calendar TO tailrace_vendor",
    "GRANT INSERT ON fiscal_calendar TO tailrace_vendor",
    """
GRANT UPDATE (pattern, closing_month, year_name, weekday, year_end, set_at, in_force) ON fiscal_calendar TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON fiscal_calendar FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON fiscal_calendar FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND NOT in_force)
""",
    """
CREATE POLICY vendor_updates ON fiscal_calendar FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND NOT in_force)
""",
    "GRANT SELECT ON fiscal_calendar TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON fiscal_calendar FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON fiscal_calendar TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON fiscal_calendar FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON fiscal_calendar TO tailrace_worker",
    "GRANT UPDATE (in_force) ON fiscal_calendar TO tailrace_worker",
    """
CREATE POLICY worker_reads ON fiscal_calendar FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON fiscal_calendar FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE fiscal_month ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE fiscal_month FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON fiscal_month TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON fiscal_month FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON fiscal_month TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON fiscal_month FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON fiscal_month TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON fiscal_month FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON fiscal_month TO tailrace_worker",
    "GRANT INSERT ON fiscal_month TO tailrace_worker",
    "GRANT DELETE ON fiscal_month TO tailrace_worker",
    """
CREATE POLICY worker_reads ON fiscal_month FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON fiscal_month FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_deletes ON fiscal_month FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON agreement FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE kit_component ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE kit_component FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON kit_component TO tailrace_vendor",
    "GRANT INSERT ON kit_component TO tailrace_vendor",
    "GRANT UPDATE (effective_until) ON kit_component TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON kit_component FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON kit_component FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON kit_component FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON kit_component TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON kit_component FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON kit_component TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON kit_component FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON kit_component TO tailrace_worker",
    """
CREATE POLICY worker_reads ON kit_component FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE product_unit ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE product_unit FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON product_unit TO tailrace_vendor",
    "GRANT INSERT ON product_unit TO tailrace_vendor",
    "GRANT UPDATE (factor) ON product_unit TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON product_unit FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON product_unit FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON product_unit FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON product_unit TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON product_unit FOR SELECT TO tailrace_distributor USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON product_unit TO tailrace_reseller",
    """
CREATE POLICY reseller_reads ON product_unit FOR SELECT TO tailrace_reseller USING (vendor_id = ANY (string_to_array(nullif(current_setting('tailrace.vendor_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON product_unit TO tailrace_worker",
    """
CREATE POLICY worker_reads ON product_unit FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE alert ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE alert FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON alert TO tailrace_vendor",
    "GRANT UPDATE (settled_at, settled_by) ON alert TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON alert FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND audience = 'VENDOR')
""",
    """
CREATE POLICY vendor_updates ON alert FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND audience = 'VENDOR') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND audience = 'VENDOR')
""",
    "GRANT SELECT ON alert TO tailrace_distributor",
    "GRANT UPDATE (settled_at, settled_by) ON alert TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON alert FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND audience = 'DISTRIBUTOR')
""",
    """
CREATE POLICY distributor_updates ON alert FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND audience = 'DISTRIBUTOR') WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND audience = 'DISTRIBUTOR')
""",
    "GRANT SELECT ON alert TO tailrace_worker",
    "GRANT INSERT ON alert TO tailrace_worker",
    "GRANT UPDATE (rows, evidence, settled_at, settled_by) ON alert TO tailrace_worker",
    """
CREATE POLICY worker_reads ON alert FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON alert FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON alert FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE held_decision ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE held_decision FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON held_decision TO tailrace_vendor",
    "GRANT INSERT ON held_decision TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON held_decision FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND hold <> 'UNKNOWN_RESELLER_ACCOUNT')
""",
    """
CREATE POLICY vendor_inserts ON held_decision FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND hold <> 'UNKNOWN_RESELLER_ACCOUNT' AND decided_as = 'VENDOR' AND (decision = 'DISMISS' OR hold IN ('OUTSIDE_AGREEMENT_DATES', 'OUTSIDE_TERRITORY', 'POSSIBLE_DUPLICATE', 'PRICE_FAR_OUT', 'OUTSIDE_PERIOD')) AND carried_out_at IS NULL AND rows_released = 0 AND rows_dismissed = 0 AND rows_still_held = 0)
""",
    "GRANT SELECT ON held_decision TO tailrace_distributor",
    "GRANT INSERT ON held_decision TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON held_decision FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON held_decision FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND decided_as = 'DISTRIBUTOR' AND (decision = 'DISMISS' OR hold IN ('POSSIBLE_DUPLICATE', 'PRICE_FAR_OUT', 'OUTSIDE_PERIOD')) AND carried_out_at IS NULL AND rows_released = 0 AND rows_dismissed = 0 AND rows_still_held = 0)
""",
    "GRANT SELECT ON held_decision TO tailrace_worker",
    """
GRANT UPDATE (carried_out_at, rows_released, rows_dismissed, rows_still_held) ON held_decision TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON held_decision FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON held_decision FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE report_profile ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE report_profile FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON report_profile TO tailrace_distributor",
    "GRANT INSERT ON report_profile TO tailrace_distributor",
    "GRANT UPDATE (retired_by, retired_at) ON report_profile TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON report_profile FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_inserts ON report_profile FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    """
CREATE POLICY distributor_updates ON report_profile FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON report_profile TO tailrace_worker",
    """
CREATE POLICY worker_reads ON report_profile FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "ALTER TABLE reporting_calendar ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE reporting_calendar FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON reporting_calendar TO tailrace_vendor",
    "GRANT INSERT ON reporting_calendar TO tailrace_vendor",
    "GRANT UPDATE (business_days, holidays, remind_days, version) ON reporting_calendar TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON reporting_calendar FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_inserts ON reporting_calendar FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_updates ON reporting_calendar FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT SELECT ON reporting_calendar TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON reporting_calendar FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]))
""",
    "GRANT SELECT ON reporting_calendar TO tailrace_worker",
    """
CREATE POLICY worker_reads ON reporting_calendar FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY distributor_inserts ON alias FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND undone_at IS NULL AND released_rows IS NULL AND returned_rows IS NULL)
""",
    """
CREATE POLICY distributor_updates ON alias FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])) WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND undone_at IS NOT NULL)
""",
    """
CREATE POLICY worker_inserts ON alias FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY vendor_reads ON submission FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    """
CREATE POLICY vendor_inserts ON submission FOR INSERT TO tailrace_vendor WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (previewed_by IS NULL OR previewed_by = 'VENDOR') AND kind = 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED')
""",
    """
CREATE POLICY distributor_reads ON submission FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR'))
""",
    """
CREATE POLICY distributor_inserts ON submission FOR INSERT TO tailrace_distributor WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR') AND kind <> 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED')
""",
    """
CREATE POLICY vendor_updates ON submission FOR UPDATE TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (previewed_by IS NULL OR previewed_by = 'VENDOR') AND kind = 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED') WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (previewed_by IS NULL OR previewed_by = 'VENDOR') AND kind = 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'CANCELLED')
""",
    """
CREATE POLICY distributor_updates ON submission FOR UPDATE TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR') AND kind <> 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'RECEIVED') WITH CHECK (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR') AND kind <> 'SELL_IN' AND organization_id = nullif(current_setting('tailrace.organization_id', true), '')::uuid AND status = 'CANCELLED')
""",
    """
CREATE POLICY vendor_reads ON report_row FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    """
CREATE POLICY distributor_reads ON report_row FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR'))
""",
    """
CREATE POLICY worker_deletes ON report_row FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND previewed_by IS NOT NULL)
""",
    "ALTER TABLE submission_effect ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE submission_effect FORCE ROW LEVEL SECURITY",
    """
GRANT SELECT (vendor_id, submission_id, agreement_id, distributor_id, month, product_id, currency, book_currency, previewed_by, units, returned_units, lines, disclosed_resale_amount, book_amount) ON submission_effect TO tailrace_vendor
""",
    """
CREATE POLICY vendor_reads ON submission_effect FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    "GRANT SELECT ON submission_effect TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON submission_effect FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR'))
""",
    "GRANT SELECT ON submission_effect TO tailrace_worker",
    "GRANT INSERT ON submission_effect TO tailrace_worker",
    """
GRANT UPDATE (units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount) ON submission_effect TO tailrace_worker
""",
    """
CREATE POLICY worker_reads ON submission_effect FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON submission_effect FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_updates ON submission_effect FOR UPDATE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid) WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT DELETE ON submission_effect TO tailrace_worker",
    """
CREATE POLICY worker_deletes ON submission_effect FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND previewed_by IS NOT NULL)
""",
    """
CREATE POLICY vendor_reads ON submission_issue FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    """
CREATE POLICY distributor_reads ON submission_issue FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR'))
""",
    """
CREATE POLICY worker_deletes ON submission_issue FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND previewed_by IS NOT NULL)
""",
    "ALTER TABLE stock_row ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE stock_row FORCE ROW LEVEL SECURITY",
    "GRANT SELECT ON stock_row TO tailrace_vendor",
    """
CREATE POLICY vendor_reads ON stock_row FOR SELECT TO tailrace_vendor USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND (previewed_by IS NULL OR previewed_by = 'VENDOR'))
""",
    "GRANT SELECT ON stock_row TO tailrace_distributor",
    """
CREATE POLICY distributor_reads ON stock_row FOR SELECT TO tailrace_distributor USING (distributor_id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[]) AND (previewed_by IS NULL OR previewed_by = 'DISTRIBUTOR'))
""",
    "GRANT SELECT ON stock_row TO tailrace_worker",
    "GRANT INSERT ON stock_row TO tailrace_worker",
    """
CREATE POLICY worker_reads ON stock_row FOR SELECT TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    """
CREATE POLICY worker_inserts ON stock_row FOR INSERT TO tailrace_worker WITH CHECK (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid)
""",
    "GRANT DELETE ON stock_row TO tailrace_worker",
    """
CREATE POLICY worker_deletes ON stock_row FOR DELETE TO tailrace_worker USING (vendor_id = nullif(current_setting('tailrace.vendor_id', true), '')::uuid AND previewed_by IS NOT NULL)
""",
    "REVOKE ALL ON alias FROM tailrace_worker",
    "REVOKE ALL ON oauth_client FROM tailrace_operator",
    "REVOKE ALL ON report_row FROM tailrace_vendor",
    "REVOKE ALL ON report_row FROM tailrace_worker",
    "REVOKE ALL ON sell_in_line FROM tailrace_worker",
    "REVOKE ALL ON sell_through_line FROM tailrace_reseller",
    "REVOKE ALL ON sell_through_line FROM tailrace_vendor",
    "REVOKE ALL ON sell_through_line FROM tailrace_worker",
    "REVOKE ALL ON sell_through_month FROM tailrace_reseller",
    "REVOKE ALL ON sell_through_month FROM tailrace_vendor",
    "REVOKE ALL ON submission FROM tailrace_vendor",
    "REVOKE ALL ON submission FROM tailrace_worker",
    "REVOKE ALL ON submission_issue FROM tailrace_vendor",
    "GRANT SELECT ON submission TO tailrace_worker",
    """
GRANT UPDATE (status, progress, started_at, processed_at, rows_received, rows_accepted, rows_held, rows_rejected, rows_duplicate, rows_conflict, rows_superseded, corrected_lines, detected, disclosed_detected, acknowledgement, failure_code, failure_message, disclosed_failure_message) ON submission TO tailrace_worker
""",
    """
GRANT SELECT (vendor_id, submission_id, row_number, agreement_id, distributor_id, disclosed_reseller_id, document_kind, document_number, document_line, return_of, sold_on, product_id, quantity, currency, disclosed_unit_price, disclosed_amount, book_currency, book_price, book_amount, sale_type, ship_to_country, disclosed_end_customer, special_price_number, serial_numbers, component, counts_on, product_code, reported_quantity, unit, source, product_alias_id, kit_id, corrects_submission_id, corrects_row, corrected_by, recorded, replaced, superseded) ON sell_through_line TO tailrace_vendor
""",
    "GRANT UPDATE (undone_at, undone_by) ON alias TO tailrace_distributor",
    """
GRANT SELECT (vendor_id, submission_id, row_number, agreement_id, distributor_id, kind, outcome, previewed_by, waits_for, waived, source, document_kind, document_number, document_line, sold_on, product_code, quantity, unit, currency, ship_to_country, disclosed_received, settled_at) ON report_row TO tailrace_vendor
""",
    "GRANT DELETE ON submission_issue TO tailrace_worker",
    "GRANT DELETE ON sell_through_month TO tailrace_worker",
    "GRANT UPDATE (closed_before) ON agreement TO tailrace_vendor",
    """
GRANT SELECT (vendor_id, id, agreement_id, distributor_id, kind, mode, format, status, period_start, period_end, organization_id, file_id, filename, sha256, byte_size, submitted_by, previewed_by, corrected_lines, received_at, started_at, processed_at, rows_received, rows_accepted, rows_held, rows_rejected, rows_duplicate, rows_conflict, rows_superseded, progress, disclosed_detected, acknowledgement, failure_code, disclosed_failure_message) ON submission TO tailrace_vendor
""",
    "GRANT INSERT ON submission TO tailrace_vendor",
    "GRANT UPDATE (status) ON submission TO tailrace_vendor",
    """
GRANT SELECT (vendor_id, month, fiscal_month, distributor_id, reseller_id, product_id, currency, units, returned_units, lines, resale_amount) ON sell_through_month TO tailrace_reseller
""",
    "GRANT SELECT ON alias TO tailrace_worker",
    "GRANT INSERT ON alias TO tailrace_worker",
    "GRANT UPDATE (released_rows, returned_rows) ON alias TO tailrace_worker",
    "GRANT SELECT ON sell_through_line TO tailrace_worker",
    "GRANT INSERT ON sell_through_line TO tailrace_worker",
    "GRANT UPDATE (replaced, superseded, corrected_by) ON sell_through_line TO tailrace_worker",
    """
GRANT SELECT (vendor_id, submission_id, row_number, distributor_id, reseller_id, document_kind, document_number, document_line, return_of, sold_on, product_id, quantity, currency, unit_price, amount, sale_type, ship_to_country, serial_numbers, component, kit_id, counts_on, recorded, replaced, superseded) ON sell_through_line TO tailrace_reseller
""",
    "GRANT UPDATE (status) ON submission TO tailrace_distributor",
    "GRANT SELECT ON sell_in_line TO tailrace_worker",
    "GRANT INSERT ON sell_in_line TO tailrace_worker",
    "GRANT UPDATE (replaced, superseded, corrected_by) ON sell_in_line TO tailrace_worker",
    """
GRANT SELECT (vendor_id, submission_id, row_number, position, agreement_id, distributor_id, field, code, severity, disclosed_value, previewed_by, settled_at) ON submission_issue TO tailrace_vendor
""",
    "GRANT SELECT ON report_row TO tailrace_worker",
    "GRANT INSERT ON report_row TO tailrace_worker",
    "GRANT UPDATE (outcome, waits_for, waived, settled_at) ON report_row TO tailrace_worker",
    "GRANT DELETE ON report_row TO tailrace_worker",
    """
GRANT SELECT (vendor_id, month, fiscal_month, distributor_id, disclosed_reseller_id, product_id, currency, book_currency, units, returned_units, lines, disclosed_resale_amount, book_amount) ON sell_through_month TO tailrace_vendor
""",
    "GRANT SELECT ON oauth_client TO tailrace_operator",
    "GRANT INSERT ON oauth_client TO tailrace_operator",
    """
GRANT UPDATE (secret_hash, jwks, redirect_uris, origins, rotated_at, revoked_at) ON oauth_client TO tailrace_operator
""",
    "ALTER TABLE sell_through_line NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE sell_in_line NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE submission NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE submission_effect NO FORCE ROW LEVEL SECURITY",
    """
INSERT INTO submission_effect (vendor_id, submission_id, agreement_id, distributor_id, month, product_id, currency,
    book_currency, units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount)
SELECT vendor_id, submission_id, agreement_id, distributor_id, date_trunc('month', counts_on)::date, product_id, currency,
    coalesce(book_currency, ''), sum(quantity),
    sum(CASE WHEN sale_type = 'CREDIT_AND_REBILL' THEN 0 ELSE greatest(-quantity, 0) END), count(*),
    sum(coalesce(amount, 0)), sum(coalesce(disclosed_amount, 0)), sum(coalesce(book_amount, 0))
FROM sell_through_line
WHERE superseded IS NULL AND sale_type IN ('SALE', 'RETURN', 'DROP_SHIPMENT', 'CREDIT_AND_REBILL')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
""",
    """
INSERT INTO submission_effect (vendor_id, submission_id, agreement_id, distributor_id, month, product_id, currency,
    book_currency, units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount)
SELECT vendor_id, submission_id, agreement_id, distributor_id, date_trunc('month', counts_on)::date, product_id, currency,
    '', sum(quantity), sum(greatest(-quantity, 0)), count(*), sum(amount), sum(amount), 0
FROM sell_in_line WHERE superseded IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
""",
    "ALTER TABLE sell_through_month NO FORCE ROW LEVEL SECURITY",
    """
UPDATE sell_through_month m SET returned_units = m.returned_units - b.back
FROM (
    SELECT vendor_id, date_trunc('month', counts_on)::date AS month, distributor_id, reseller_id, product_id, currency,
        coalesce(book_currency, '') AS book_currency, disclosed_reseller_id, sum(greatest(-quantity, 0)) AS back
    FROM sell_through_line WHERE superseded IS NULL AND sale_type = 'CREDIT_AND_REBILL' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
) b
WHERE b.vendor_id = m.vendor_id AND b.month = m.month AND b.distributor_id = m.distributor_id
    AND b.reseller_id = m.reseller_id AND b.product_id = m.product_id AND b.currency = m.currency
    AND b.book_currency = m.book_currency AND b.disclosed_reseller_id = m.disclosed_reseller_id
""",
    "ALTER TABLE sell_through_day NO FORCE ROW LEVEL SECURITY",
    """
UPDATE sell_through_day d SET returned_units = d.returned_units - b.back
FROM (
    SELECT vendor_id, counts_on, distributor_id, product_id, currency, coalesce(book_currency, '') AS book_currency,
        sum(greatest(-quantity, 0)) AS back
    FROM sell_through_line WHERE superseded IS NULL AND sale_type = 'CREDIT_AND_REBILL' GROUP BY 1, 2, 3, 4, 5, 6
) b
WHERE b.vendor_id = d.vendor_id AND b.counts_on = d.day AND b.distributor_id = d.distributor_id
    AND b.product_id = d.product_id AND b.currency = d.currency AND b.book_currency = d.book_currency
""",
    "ALTER TABLE sell_through_day FORCE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_reseller_month NO FORCE ROW LEVEL SECURITY",
    """
INSERT INTO sell_through_reseller_month (vendor_id, month, distributor_id, reseller_id, currency, book_currency,
    disclosed_reseller_id, units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount)
SELECT vendor_id, month, distributor_id, reseller_id, currency, book_currency, disclosed_reseller_id, sum(units),
    sum(returned_units), sum(lines), sum(resale_amount), sum(disclosed_resale_amount), sum(book_amount)
FROM sell_through_month GROUP BY 1, 2, 3, 4, 5, 6, 7
""",
    "ALTER TABLE sell_through_reseller_month FORCE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_month FORCE ROW LEVEL SECURITY",
    "ALTER TABLE submission_effect FORCE ROW LEVEL SECURITY",
    "ALTER TABLE submission FORCE ROW LEVEL SECURITY",
    "ALTER TABLE sell_in_line FORCE ROW LEVEL SECURITY",
    "ALTER TABLE sell_through_line FORCE ROW LEVEL SECURITY",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
