/*
 * Words of the registry in the report's language: kinds of meters and equipment, roles, units.
 * What the catalogue does not know is printed as it stands.
 */
#ifndef STW_REPORT_NAMES_H
#define STW_REPORT_NAMES_H

#include "report/model.h"

/* "power", "water", "elevator", "access control" ...; case, and blanks against '_' or '-', do not
 * matter. */
struct stw_slice stw_kind_name(const struct stw_report *report, struct stw_slice kind);

/* "main", "household" ... of meters. */
struct stw_slice stw_role_name(const struct stw_report *report, struct stw_slice role);

/* A unit as it is set: "m3" with its exponent raised. */
struct stw_slice stw_unit_text(struct stw_slice unit);

#endif
