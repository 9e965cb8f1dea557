#include "sim/reply.h"

#include <inttypes.h>
#include <string.h>

#include "core/random.h"
#include "core/utc.h"

const char *const sim_detail_names[] = { "ACK", "RESULT", "FULL", NULL };

void sim_make_id(uint64_t number, char id[40])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

	for (int i = 0; i < 22; i++)
		id[i] = digits[random_next(&number) % 62];
	id[22] = '\0';
}

void sim_add_amount(struct buf *b, const char *key, dec v)
{
	char text[DEC_TEXT];

	dec_format(v, text);
	buf_addf(b, ",\"%s\":\"%s\"", key, text);
}

static void add_head(const struct sim_order *o, struct buf *b)
{
	buf_adds(b, "{\"symbol\":");
	buf_add_json(b, o->symbol, strlen(o->symbol));
	buf_addf(b, ",\"orderId\":%" PRId64 ",\"orderListId\":%" PRId64, o->id, o->list_id);
}

static void add_time(const struct sim_request *q, const char *key, int64_t t_ms, struct buf *b)
{
	buf_addf(b, ",\"%s\":%" PRId64, key, t_ms < 0 ? -1 : sim_time(q, t_ms));
}

static void add_kind(const struct sim_order *o, struct buf *b)
{
	buf_addf(b, ",\"status\":\"%s\",\"timeInForce\":\"%s\",\"type\":\"%s\",\"side\":\"%s\"", sim_status_names[o->status], sim_tif_names[o->tif],
		sim_type_names[o->type], sim_side_names[o->side]);
}

/* What is told only where it means something. */
static void add_conditional(const struct sim_request *q, const struct sim_order *o, bool prices, struct buf *b)
{
	if (prices && o->iceberg_qty)
		sim_add_amount(b, "icebergQty", o->iceberg_qty);
	if (prices && o->stop_price)
		sim_add_amount(b, "stopPrice", o->stop_price);
	if (o->trailing_delta != INT_NONE)
		buf_addf(b, ",\"trailingDelta\":%" PRId64 ",\"trailingTime\":%" PRId64, o->trailing_delta,
			o->trailing_ms == TIME_NONE ? -1 : sim_time(q, o->trailing_ms));
	if (o->strategy_id != INT_NONE)
		buf_addf(b, ",\"strategyId\":%" PRId64, o->strategy_id);
	if (o->strategy_type != INT_NONE)
		buf_addf(b, ",\"strategyType\":%" PRId64, o->strategy_type);
	if (o->prevented_qty)
		sim_add_amount(b, "preventedQuantity", o->prevented_qty);
	if (o->expiry != SIM_EXPIRY_NONE)
		buf_addf(b, ",\"expiryReason\":\"%s\"", sim_expiry_names[o->expiry]);
}

static void add_fills(const struct sim_request *q, const struct sim_order *o, size_t first_trade, struct buf *b)
{
	const struct sim_orders *all = &q->state->exchange->orders;
	char price[DEC_TEXT];
	const char *comma = "";

	buf_adds(b, ",\"fills\":[");
	for (size_t i = first_trade; i < all->trade_count; i++) {
		const struct sim_trade *t = &all->trades[i];

		if (t->order_id != o->id)
			continue;
		dec_format(t->price, price);
		buf_addf(b, "%s{\"price\":\"%s\"", comma, price);
		sim_add_amount(b, "qty", t->qty);
		sim_add_amount(b, "commission", t->commission);
		buf_addf(b, ",\"commissionAsset\":\"%s\",\"tradeId\":%" PRId64 "}", t->commission_asset, t->id);
		comma = ",";
	}
	buf_addc(b, ']');
}

void sim_add_placed(const struct sim_request *q, const struct sim_order *o, enum sim_detail detail, size_t first_trade, struct buf *b)
{
	add_head(o, b);
	buf_addf(b, ",\"clientOrderId\":\"%s\"", o->client_id);
	add_time(q, "transactTime", q->now_ms, b);
	if (detail != SIM_ACK) {
		sim_add_amount(b, "price", o->price);
		sim_add_amount(b, "origQty", o->qty);
		sim_add_amount(b, "executedQty", o->filled_qty);
		sim_add_amount(b, "origQuoteOrderQty", o->quote_qty);
		sim_add_amount(b, "cummulativeQuoteQty", o->filled_quote);
		add_kind(o, b);
		add_conditional(q, o, true, b);
		add_time(q, "workingTime", o->working_ms, b);
		if (detail == SIM_FULL)
			add_fills(q, o, first_trade, b);
		buf_addf(b, ",\"selfTradePreventionMode\":\"%s\"", sim_stp_names[o->stp]);
	}
	buf_addc(b, '}');
}

void sim_add_order(const struct sim_request *q, const struct sim_order *o, struct buf *b)
{
	add_head(o, b);
	buf_addf(b, ",\"clientOrderId\":\"%s\"", o->client_id);
	sim_add_amount(b, "price", o->price);
	sim_add_amount(b, "origQty", o->qty);
	sim_add_amount(b, "executedQty", o->filled_qty);
	sim_add_amount(b, "cummulativeQuoteQty", o->filled_quote);
	add_kind(o, b);
	sim_add_amount(b, "stopPrice", o->stop_price);
	sim_add_amount(b, "icebergQty", o->iceberg_qty);
	add_time(q, "time", o->time_ms, b);
	add_time(q, "updateTime", o->update_ms, b);
	buf_addf(b, ",\"isWorking\":%s", o->working_ms < 0 ? "false" : "true");
	add_time(q, "workingTime", o->working_ms, b);
	sim_add_amount(b, "origQuoteOrderQty", o->quote_qty);
	add_conditional(q, o, false, b);
	buf_addf(b, ",\"selfTradePreventionMode\":\"%s\"}", sim_stp_names[o->stp]);
}

void sim_add_canceled(const struct sim_request *q, const struct sim_order *o, const char *client_id, struct buf *b)
{
	add_head(o, b);
	buf_addf(b, ",\"origClientOrderId\":\"%s\",\"clientOrderId\":\"%s\"", o->client_id, client_id);
	add_time(q, "transactTime", q->now_ms, b);
	sim_add_amount(b, "price", o->price);
	sim_add_amount(b, "origQty", o->qty);
	sim_add_amount(b, "executedQty", o->filled_qty);
	sim_add_amount(b, "origQuoteOrderQty", o->quote_qty);
	sim_add_amount(b, "cummulativeQuoteQty", o->filled_quote);
	add_kind(o, b);
	add_conditional(q, o, true, b);
	buf_addf(b, ",\"selfTradePreventionMode\":\"%s\"}", sim_stp_names[o->stp]);
}

void sim_add_trade(const struct sim_request *q, const struct sim_trade *t, struct buf *b)
{
	buf_adds(b, "{\"symbol\":");
	buf_add_json(b, t->symbol, strlen(t->symbol));
	buf_addf(b, ",\"id\":%" PRId64 ",\"orderId\":%" PRId64 ",\"orderListId\":%" PRId64, t->id, t->order_id, t->list_id);
	sim_add_amount(b, "price", t->price);
	sim_add_amount(b, "qty", t->qty);
	sim_add_amount(b, "quoteQty", t->quote_qty);
	sim_add_amount(b, "commission", t->commission);
	buf_addf(b, ",\"commissionAsset\":\"%s\"", t->commission_asset);
	add_time(q, "time", t->time_ms, b);
	buf_addf(b, ",\"isBuyer\":%s,\"isMaker\":%s,\"isBestMatch\":true}", t->buyer ? "true" : "false", t->maker ? "true" : "false");
}

/* A pending order is told as it was before its working order may have been filled at once. */
static void add_report(const struct sim_request *q, const struct sim_list *l, const struct sim_order *o, enum sim_detail detail, size_t first_trade,
	struct buf *b)
{
	struct sim_order shown = *o;

	if (l->working && o->id != l->working) {
		shown.status = SIM_PENDING_NEW;
		shown.working_ms = -1;
		shown.expiry = SIM_EXPIRY_NONE;
		shown.trailing_ms = TIME_NONE;
		shown.filled_qty = shown.filled_quote = 0;
		if (l->pays)
			shown.qty = 0;
	}
	sim_add_placed(q, &shown, detail, first_trade, b);
}

void sim_add_list(const struct sim_request *q, const struct sim_list *l, enum sim_reports reports, enum sim_detail detail, size_t first_trade,
	struct buf *b)
{
	const struct sim_orders *all = &q->state->exchange->orders;
	const int64_t ids[] = { l->working, l->stop, l->profit };
	const char *comma = "";
	char id[40];

	buf_addf(b, "{\"orderListId\":%" PRId64 ",\"contingencyType\":\"%s\",\"listStatusType\":\"%s\",\"listOrderStatus\":\"%s\"", l->id,
		sim_contingency_names[l->contingency], sim_list_status_names[l->status], l->status == SIM_LIST_ALL_DONE ? "ALL_DONE" : "EXECUTING");
	buf_addf(b, ",\"listClientOrderId\":\"%s\"", l->client_id);
	add_time(q, "transactionTime", reports == SIM_CANCELED_REPORTS ? q->now_ms : l->time_ms, b);
	buf_adds(b, ",\"symbol\":");
	buf_add_json(b, l->symbol, strlen(l->symbol));
	buf_adds(b, ",\"orders\":[");
	for (int i = 0; i < 3; i++) {
		const struct sim_order *o = sim_order_of(all, ids[i]);

		if (!o)
			continue;
		buf_adds(b, comma);
		buf_adds(b, "{\"symbol\":");
		buf_add_json(b, o->symbol, strlen(o->symbol));
		buf_addf(b, ",\"orderId\":%" PRId64 ",\"clientOrderId\":\"%s\"}", o->id, o->client_id);
		comma = ",";
	}
	buf_addc(b, ']');
	comma = ",\"orderReports\":[";
	for (int i = 0; reports != SIM_NO_REPORTS && i < 3; i++) {
		const struct sim_order *o = sim_order_of(all, ids[i]);

		if (!o)
			continue;
		buf_adds(b, comma);
		sim_make_id((uint64_t)o->id << 32 | UINT64_C(0xca11), id);
		if (reports == SIM_CANCELED_REPORTS)
			sim_add_canceled(q, o, id, b);
		else
			add_report(q, l, o, detail, first_trade, b);
		comma = ",";
	}
	buf_adds(b, reports == SIM_NO_REPORTS ? "}" : "]}");
}
