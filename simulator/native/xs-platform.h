/* The platform header of the XS engine (XSPLATFORM): what the engine asks of the system it runs on. */
#ifndef XIAOZHI_XS_PLATFORM
#define XIAOZHI_XS_PLATFORM

#undef mxLittleEndian
#define mxLittleEndian 1
#if defined(__linux__)
  #undef mxLinux
  #define mxLinux 1
#else
  #undef mxMacOSX
  #define mxMacOSX 1
#endif
#define mxExport extern
#define mxImport extern
#define XS_FUNCTION_NORETURN __attribute__((noreturn))

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Time and chance come from the machine that is running, so that a test can set both. */
extern int simTimeOfDay(struct timeval* value, void* zone);
extern struct tm* simLocalTime(const time_t* time);
extern time_t simMakeTime(struct tm* local);
extern int simRandom(void);
#define c_timeval struct timeval
#define c_gettimeofday simTimeOfDay
#define c_localtime simLocalTime
#define c_mktime simMakeTime
#define c_rand simRandom

#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1
#define mxMachinePlatform \
  void* host; \
  void* waiterCondition; \
  void* waiterData; \
  void* waiterLink; \
  int promiseJobs; \
  int connection;
#define mxUseDefaultBuildKeys 1
#define mxUseDefaultParseScript 1
#define mxUseDefaultSharedChunks 1
#define mxUseDefaultCStackLimit 0
#if INTPTR_MAX == INT64_MAX
  #define mx32bitID 1
#endif

#endif
