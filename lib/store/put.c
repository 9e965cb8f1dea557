/* What goes into the database: each kind by its own code, in the caller's transaction or in one of its own. */
#include "store/db.h"

enum err store_put_row(struct store *s, enum store_table_id table, const void *object, enum put_result *what, struct error *e)
{
	bool own = !store_in_transaction(s);
	enum put_result result = PUT_SAME;
	enum err rc = own ? store_begin(s, e) : OK;

	if (rc)
		return rc;
	if (table == (enum store_table_id)KIND_CANDLE)
		rc = candle_put(s, object, &result, e);
	else if (table == (enum store_table_id)KIND_SYMBOL)
		rc = symbol_put(s, object, &result, e);
	else
		rc = table_put(s, table, object, &result, e);
	if (own)
		rc = store_end(s, rc, e);
	if (what)
		*what = result;
	return rc;
}

enum err store_put(struct store *s, const struct kind *k, const void *object, enum put_result *what, struct error *e)
{
	return store_put_row(s, (enum store_table_id)(k - kinds), object, what, e);
}
