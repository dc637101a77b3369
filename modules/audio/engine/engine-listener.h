/* For native detectors and echo cancellers of a board: takes part in the sound of the microphone. */
#ifndef XIAOZHI_ENGINE_LISTENER
#define XIAOZHI_ENGINE_LISTENER
#include "engine-uplink.h"

/* From now on, also of an engine that is created later; NULL ends it. Called in the program's task. */
void engineListen(EngineListener listener, void *owner);

#endif
