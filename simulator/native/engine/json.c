/*
 * The engine's JSON, which may also write what the preloaded modules made. Devices refuse that with "read only value":
 * there JSON.stringify marks objects to find cycles, and flash cannot be written.
 */
#include "xsAll.h"

#undef XS_MARK_FLAG
#define XS_MARK_FLAG 0
#include "xsJSON.c"
