-- The task for DuckDB, with IN and OUT for the files. All paths are asked for at once, so that each record is read once.
SET threads = 1;
SET enable_progress_bar = false;
COPY (
    WITH asked AS (
        SELECT (json ->> '$.companyId')::BIGINT AS company_id, list_transform(json_extract_string(json, [
            '$.id', '$.work.employeeIdInCompany', '$.custom.category_1647463606491.field_1647463700008',
            '$.humanReadable.work.employeeIdInCompany', '$.email', '$.custom.category_1647463606491.field_1647463617178',
            '$.humanReadable.email', '$.home.privateEmail', '$.firstName', '$.humanReadable.firstName',
            '$.surname', '$.custom.category_1647463606491.field_1647463700007', '$.humanReadable.surname', '$.displayName',
            '$.fullName', '$.humanReadable.displayName', '$.work.title', '$.work.customColumns.column_1655996461265',
            '$.custom.category_1647463606491.field_1655996461265', '$.humanReadable.work.title',
            '$.work.department', '$.work.customColumns.column_1664478354663',
            '$.custom.category_1647463606491.field_1664478354663', '$.humanReadable.work.department', '$.work.site',
            '$.custom.category_1647463606491.field_1664478354664', '$.humanReadable.work.site', '$.address.city',
            '$.work.reportsTo.id', '$.work.manager',
            '$.work.reportsTo.email', '$.custom.category_1647463606491.field_1647463700009', '$.work.reportsTo.displayName',
            '$.work.reportsTo.firstName', '$.work.reportsTo.surname', '$.humanReadable.work.manager', '$.work.startDate',
            '$.work.originalStartDate', '$.custom.category_1647463606491.field_1647463700001', '$.creationDate',
            '$.internal.terminationDate', '$.custom.category_1647463606491.field_1647463700002', '$.internal.status',
            '$.internal.lifecycleStatus', '$.custom.category_1647463606491.field_1647463700003', '$.employment.contract',
            '$.payroll.employment.contract', '$.custom.category_1647463606491.field_1647463700004',
            '$.humanReadable.employment.contract', '$.employment.type',
            '$.payroll.employment.type', '$.custom.category_1647463606491.field_1647463700005',
            '$.humanReadable.employment.type', '$.address.country', '$.custom.category_1647463606491.field_1647463700006',
            '$.humanReadable.address.country'
        ]), lambda text: nullif(trim(text, E' \t\r\n'), '')) AS p
        FROM read_ndjson_objects('IN')
    ),
    first AS (
        SELECT *, coalesce(p[1], p[2], p[3]) AS employee_id, lower(coalesce(p[5], p[6], p[7], p[8])) AS email,
            coalesce(p[9], p[10]) AS first_name, coalesce(p[11], p[12], p[13]) AS last_name,
            coalesce(p[37], p[38], p[39], p[40]) AS started, coalesce(p[41], p[42]) AS ended,
            CASE lower(coalesce(p[43], p[44], p[45]))
                WHEN 'active' THEN 'active' WHEN 'employed' THEN 'active' WHEN 'inactive' THEN 'inactive'
                WHEN 'terminated' THEN 'inactive' WHEN 'hired' THEN 'pending' WHEN 'on leave' THEN 'on_leave'
                WHEN 'garden leave' THEN 'on_leave'
            END AS status
        FROM asked
    ),
    dated AS (
        SELECT *,
            CASE WHEN started[5] = '-' AND started[8] = '-' AND started[11] IN ('', 'T', ' ') THEN started[1:10]
                WHEN started[3] = '/' AND started[6] = '/' THEN started[7:10] || '-' || started[4:5] || '-' || started[1:2]
            END AS start_date,
            CASE WHEN ended[5] = '-' AND ended[8] = '-' AND ended[11] IN ('', 'T', ' ') THEN ended[1:10]
                WHEN ended[3] = '/' AND ended[6] = '/' THEN ended[7:10] || '-' || ended[4:5] || '-' || ended[1:2]
            END AS termination_date
        FROM first
    )
    SELECT employee_id, coalesce(p[2], p[3], p[4]) AS employee_number, company_id, email, first_name, last_name,
        nullif(concat_ws(' ', first_name, last_name), '') AS full_name, coalesce(p[14], p[15], p[16]) AS display_name,
        coalesce(p[17], p[18], p[19], p[20]) AS job_title, coalesce(p[21], p[22], p[23], p[24]) AS department,
        coalesce(p[25], p[26], p[27], p[28]) AS site, coalesce(p[29], p[30]) AS manager_id,
        lower(coalesce(p[31], p[32])) AS manager_email,
        coalesce(p[33], nullif(concat_ws(' ', p[34], p[35]), ''), p[36]) AS manager_name, start_date, termination_date, status,
        CASE lower(coalesce(p[46], p[47], p[48], p[49]))
            WHEN 'full time' THEN 'full_time' WHEN 'full-time' THEN 'full_time' WHEN 'part time' THEN 'part_time'
            WHEN 'part-time' THEN 'part_time' WHEN 'casual' THEN 'casual'
        END AS contract,
        CASE lower(coalesce(p[50], p[51], p[52], p[53]))
            WHEN 'permanent' THEN 'permanent' WHEN 'temp' THEN 'temporary' WHEN 'temporary' THEN 'temporary'
            WHEN 'fixed term' THEN 'fixed_term' WHEN 'fixed-term' THEN 'fixed_term' WHEN 'intern' THEN 'intern'
            WHEN 'contractor' THEN 'contractor'
        END AS employment_type,
        coalesce(p[54], p[55], p[56]) AS country,
        list_filter([
            CASE WHEN employee_id IS NULL THEN 'employee_id' END, CASE WHEN email IS NULL THEN 'email' END,
            CASE WHEN first_name IS NULL THEN 'first_name' END, CASE WHEN last_name IS NULL THEN 'last_name' END,
            CASE WHEN start_date IS NULL THEN 'start_date' END, CASE WHEN status IS NULL THEN 'status' END
        ], lambda name: name IS NOT NULL) AS missing
    FROM dated
) TO 'OUT' (FORMAT json);
