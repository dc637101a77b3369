/* Native half of resolve.ts: a name's IPv4 address, looked up by GLib beside the program. */
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include <gio/gio.h>

typedef struct {
	xsMachine *the;
	xsSlot callback;
} LookupRecord;

static void xs_ipv4_lookup_done(GObject *resolver, GAsyncResult *result, gpointer data)
{
	LookupRecord *record = data;
	xsMachine *the = record->the;
	GList *addresses = g_resolver_lookup_by_name_with_flags_finish(G_RESOLVER(resolver), result, NULL);
	char *text = addresses ? g_inet_address_to_string(addresses->data) : NULL;

	xsBeginHost(the);
	if (text)
		xsCallFunction1(xsAccess(record->callback), xsGlobal, xsString(text));
	else
		xsCallFunction0(xsAccess(record->callback), xsGlobal);
	xsEndHost(the);

	xsForget(record->callback);
	g_free(text);
	if (addresses)
		g_resolver_free_addresses(addresses);
	g_free(record);
}

/* (name, callback) */
void xs_ipv4_lookup(xsMachine *the)
{
	GResolver *resolver = g_resolver_get_default();
	LookupRecord *record = g_new0(LookupRecord, 1);

	record->the = the;
	record->callback = xsArg(1);
	xsRemember(record->callback);
	g_resolver_lookup_by_name_with_flags_async(resolver, xsmcToString(xsArg(0)), G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY,
		NULL, xs_ipv4_lookup_done, record);
	g_object_unref(resolver);
}
