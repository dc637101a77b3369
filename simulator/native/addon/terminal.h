#ifndef XIAOZHI_TERMINAL
#define XIAOZHI_TERMINAL

#define NAPI_VERSION 9
#include <node_api.h>

/* openTerminal(): {master, slave, path}; both ends are file descriptors that the caller closes. */
napi_value openTerminal(napi_env env, napi_callback_info info);

#endif
