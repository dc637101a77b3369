/*
 * How libopus is built for this firmware, on the device and in the simulator alike.
 * Fixed point because the ESP32-S3 has no double-precision unit; the same arithmetic everywhere makes what a test
 * hears be what a device plays, to the bit.
 */
#ifndef XIAOZHI_OPUS_CONFIG_H
#define XIAOZHI_OPUS_CONFIG_H
#define OPUS_BUILD 1
#define FIXED_POINT 1
#define DISABLE_FLOAT_API 1
#define VAR_ARRAYS 1
#define HAVE_LRINT 1
#define HAVE_LRINTF 1
#define PACKAGE_VERSION "1.3.1"
#endif
