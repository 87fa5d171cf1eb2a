"""The task in Python: task.py json|orjson|msgspec IN OUT"""
import gc
import importlib
import sys

gc.disable()  # nothing here is cyclic

STATUS = {
    "active": "active", "employed": "active", "inactive": "inactive", "terminated": "inactive", "hired": "pending",
    "on leave": "on_leave", "garden leave": "on_leave",
}
CONTRACT = {
    "full time": "full_time", "full-time": "full_time", "part time": "part_time", "part-time": "part_time", "casual": "casual",
}
TYPE = {
    "permanent": "permanent", "temp": "temporary", "temporary": "temporary", "fixed term": "fixed_term",
    "fixed-term": "fixed_term", "intern": "intern", "contractor": "contractor",
}
REQUIRED = ("employee_id", "email", "first_name", "last_name", "start_date", "status")
BLANKS = " \t\r\n"
NONE = {}


def text(*values):
    for value in values:
        if value is not None:
            value = value.strip(BLANKS) if isinstance(value, str) else str(value)
            if value:
                return value
    return None


def lower(value):
    return value and value.lower()


def join(*parts):
    return " ".join(part for part in parts if part) or None


def date(value):
    if not value:
        return None
    if value[4:5] == "-" and value[7:8] == "-" and value[10:11] in ("", "T", " "):
        return value[:10]
    if len(value) == 10 and value[2] == "/" and value[5] == "/":
        return f"{value[6:]}-{value[3:5]}-{value[:2]}"
    return None


def spelled(words, value):
    return value and words.get(value.lower())


def row(e):
    own = (e.get("custom") or NONE).get("category_1647463606491") or NONE
    label = e.get("humanReadable") or NONE
    work, labelled = e.get("work") or NONE, label.get("work") or NONE
    boss, columns = work.get("reportsTo") or NONE, work.get("customColumns") or NONE
    internal, address = e.get("internal") or NONE, e.get("address") or NONE
    employment, named = e.get("employment") or NONE, label.get("employment") or NONE
    paid = (e.get("payroll") or NONE).get("employment") or NONE
    first = text(e.get("firstName"), label.get("firstName"))
    last = text(e.get("surname"), own.get("field_1647463700007"), label.get("surname"))
    number = work.get("employeeIdInCompany")
    r = {
        "employee_id": text(e.get("id"), number, own.get("field_1647463700008")),
        "employee_number": text(number, own.get("field_1647463700008"), labelled.get("employeeIdInCompany")),
        "company_id": e.get("companyId"),
        "email": lower(text(e.get("email"), own.get("field_1647463617178"), label.get("email"),
                            (e.get("home") or NONE).get("privateEmail"))),
        "first_name": first,
        "last_name": last,
        "full_name": join(first, last),
        "display_name": text(e.get("displayName"), e.get("fullName"), label.get("displayName")),
        "job_title": text(work.get("title"), columns.get("column_1655996461265"), own.get("field_1655996461265"),
                          labelled.get("title")),
        "department": text(work.get("department"), columns.get("column_1664478354663"), own.get("field_1664478354663"),
                           labelled.get("department")),
        "site": text(work.get("site"), own.get("field_1664478354664"), labelled.get("site"), address.get("city")),
        "manager_id": text(boss.get("id"), work.get("manager")),
        "manager_email": lower(text(boss.get("email"), own.get("field_1647463700009"))),
        "manager_name": text(boss.get("displayName")) or join(text(boss.get("firstName")), text(boss.get("surname")))
                        or text(labelled.get("manager")),
        "start_date": date(text(work.get("startDate"), work.get("originalStartDate"), own.get("field_1647463700001"),
                                e.get("creationDate"))),
        "termination_date": date(text(internal.get("terminationDate"), own.get("field_1647463700002"))),
        "status": spelled(STATUS, text(internal.get("status"), internal.get("lifecycleStatus"), own.get("field_1647463700003"))),
        "contract": spelled(CONTRACT, text(employment.get("contract"), paid.get("contract"), own.get("field_1647463700004"),
                                           named.get("contract"))),
        "employment_type": spelled(TYPE, text(employment.get("type"), paid.get("type"), own.get("field_1647463700005"),
                                              named.get("type"))),
        "country": text(address.get("country"), own.get("field_1647463700006"), (label.get("address") or NONE).get("country")),
    }
    r["missing"] = [name for name in REQUIRED if r[name] is None]
    return r


library, source, out = sys.argv[1:4]
module = importlib.import_module("msgspec.json" if library == "msgspec" else library)
if library == "json":
    encoder = module.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    decode, encode = module.loads, lambda row: encoder(row).encode()
elif library == "orjson":
    decode, encode = module.loads, module.dumps
else:
    decode, encode = module.Decoder().decode, module.Encoder().encode
with open(source, "rb") as people, open(out, "wb") as rows:
    for line in people:
        rows.write(encode(row(decode(line))))
        rows.write(b"\n")
