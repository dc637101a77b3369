/* The lines to microphone and speaker, as the engine uses them. engine-i2s.c gives them on an ESP32. */
#ifndef XIAOZHI_ENGINE_HARDWARE
#define XIAOZHI_ENGINE_HARDWARE
#include "engine-wiring.h"
#include <stdint.h>

typedef struct EngineHardware EngineHardware;

typedef enum { HARDWARE_INPUT, HARDWARE_OUTPUT } HardwareSide;

/* NULL after a failure; `fault` gets what failed. */
EngineHardware *hardwareOpen(const EngineWiring *wiring, const char **fault);
/* Both sides are stopped. */
void hardwareClose(EngineHardware *hardware);
/* The clocks run, and sound flows; 0 when the system refused. */
int hardwareStart(EngineHardware *hardware, HardwareSide side);
/* Not while the same side reads or writes. */
void hardwareStop(EngineHardware *hardware, HardwareSide side);
/* Waits for `bytes` of frames; fewer after 100 ms without, or after a failure. */
int hardwareRead(EngineHardware *hardware, void *frames, int bytes);
/* Waits for room; gives the bytes written. */
int hardwareWrite(EngineHardware *hardware, const void *frames, int bytes);
/* How often the hardware found nothing to play, or no room for what it heard, since it was opened. */
uint32_t hardwareMisses(EngineHardware *hardware, HardwareSide side);

#endif
