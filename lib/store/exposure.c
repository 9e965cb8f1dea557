/* What other accounts hold: for the limit over all of them. */
#include <string.h>

#include "model/account.h"
#include "model/decision.h"
#include "store/db.h"

static bool ends_with(const char *s, const char *end)
{
	size_t n = s ? strlen(s) : 0, k = strlen(end);

	return n > k && strcmp(s + n - k, end) == 0;
}

enum err store_elsewhere(struct store *s, const char *account, int mode, const char *quote, dec *sum, struct error *e)
{
	sqlite3_stmt *stmt;
	bool bad = false;
	int step;
	enum err rc = db_statement(s, "SELECT amount, symbol FROM (SELECT account, run, cost AS amount, symbol FROM position_row WHERE qty <> 0 "
		"UNION ALL SELECT d.account, d.run, d.reserved, d.symbol FROM account_state_row a JOIN decision_row d ON d.account = a.account "
		"AND d.status IN (?3, ?4)) AS held LEFT JOIN run_row r ON r.id = held.run WHERE held.account <> ?1 AND ifnull(r.mode, ?2) = ?2",
		&stmt, e);

	if (rc)
		return rc;
	*sum = 0;
	sqlite3_bind_text(stmt, 1, account, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, mode_names[mode], -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 3, decision_status_names[DECISION_APPROVED], -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 4, decision_status_names[DECISION_WORKING], -1, SQLITE_STATIC);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		dec amount;

		if (!value_column_dec(stmt, 0, &amount) || amount == DEC_NONE || !ends_with((const char *)sqlite3_column_text(stmt, 1), quote))
			bad = true;
		else if (!bad)
			*sum = dec_add(*sum, amount, &bad);
	}
	rc = step == SQLITE_DONE ? OK : db_error(s, "read what other accounts hold", e);
	db_done(s, stmt);
	if (bad)
		*sum = DEC_NONE;
	return rc;
}
