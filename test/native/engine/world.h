/* An engine between fake lines and a program that takes its packets. */
#ifndef XIAOZHI_ENGINE_WORLD
#define XIAOZHI_ENGINE_WORLD
#include "engine.h"
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition, ...) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
			fprintf(stderr, __VA_ARGS__); \
			fprintf(stderr, "\n"); \
			exit(1); \
		} \
	} while (0)

#define MAX_HEARD 400

typedef struct {
	EngineWiring wiring;
	Engine *engine;
	/* What the program was told in all, and how often. */
	int events;
	int calls;
	/* Packets of the microphone. */
	uint8_t packets[MAX_HEARD][UPLINK_MAX_PACKET_BYTES];
	int bytes[MAX_HEARD];
	int heard;
	/* What the speaker played, as 16-bit samples. */
	int16_t *played;
	int playedCount;
} World;

extern const EngineWiring fullDuplex, standardAndTdm, twoControllers;

World *worldCreate(const EngineWiring *wiring);
void worldDelete(World *world);
/* The program takes what it is told every ms. */
void worldRun(World *world, int ms);
/* Time goes on, and the program is busy. */
void worldSleep(World *world, int ms);
/* Gives the n-th packet that was heard to the speaker. */
void worldPlay(World *world, int packet, uint32_t timestamp);
/* Packets of a tone, in `heard`. */
void worldHearTone(World *world, int ms);

/*
 * The microphone hears a tone of 1 kHz that swells four times a second, as speech does: Opus takes a steady one for noise
 * after a second and falls silent. On the line of the reference is one of 400 Hz.
 */
#define TONE_HZ 1000
#define REFERENCE_HZ 400
/* In the mean. */
#define TONE_HEIGHT 8000
void hearTones(const EngineWiring *wiring);

/* Height of one frequency in samples: Goertzel's. */
double heightAt(const int16_t *samples, int count, int rate, double hz);
/* Root of the mean square. */
double loudness(const int16_t *samples, int count);

void runSoundCase(const char *name, const EngineWiring *wiring);
void runFaultCase(const char *name, const EngineWiring *wiring);
void runPartCase(const char *name);

#endif
