/* How a board's sound is wired: what board.ts says, as numbers. */
#ifndef XIAOZHI_ENGINE_WIRING
#define XIAOZHI_ENGINE_WIRING

typedef enum {
	/* Microphone and speaker share clocks and rate: one chip, or two on the same lines. */
	ENGINE_FULL_DUPLEX,
	/* The same, and the microphone's chip sends several channels in one frame. */
	ENGINE_STANDARD_AND_TDM,
	/* A microphone and an amplifier on lines of their own, each with its rate. */
	ENGINE_TWO_CONTROLLERS,
} EngineMode;

/* GPIO numbers; -1 where there is no line. */
typedef struct {
	int mclk, bclk, ws, data;
} EnginePins;

typedef struct {
	EngineMode mode;
	/* Hz. */
	int inputRate, outputRate;
	/* Channels in a frame of the microphone, and bits of each sample as it is read and written: 16 or 32. */
	int inputSlots, inputBits;
	int outputSlots, outputBits;
	/* Slot 1 of the microphone carries what the speaker plays. */
	int hasReference;
	EnginePins input, output;
} EngineWiring;

/* NULL when all is as it must be, else what is wrong. */
const char *wiringFault(const EngineWiring *wiring);

#endif
