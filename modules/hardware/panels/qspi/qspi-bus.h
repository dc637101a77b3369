/* A panel on QSPI: commands, the rectangle that is drawn, its pixels. Knows ESP-IDF, but neither XS nor Poco. */
#ifndef XIAOZHI_QSPI_BUS
#define XIAOZHI_QSPI_BUS

#include <stddef.h>
#include <stdint.h>

typedef struct QspiBus QspiBus;

typedef struct {
	int host;
	int hz;
	int select;
	int clock;
	int data[4];
	int width;
	int height;
	/* Where the panel's first pixel lies in the memory of its chip. */
	int columnOffset;
	int rowOffset;
	/* The most that `qspiSend` is given at once. */
	int maxBytes;
} QspiWiring;

/* NULL when the bus or memory cannot be had; `fault` says what it was. */
QspiBus *qspiOpen(const QspiWiring *wiring, const char **fault);
void qspiClose(QspiBus *bus);

/* Waits until what was sent before has left. */
void qspiCommand(QspiBus *bus, uint8_t command, const void *data, size_t count);

/* Pixels for this rectangle follow. */
void qspiBegin(QspiBus *bus, int x, int y, int width, int height);
/* Whole lines, two bytes a pixel, little-endian; they are turned around in place. With `isWaiting` they have left
   afterwards, without they must not be changed before the next call. */
void qspiSend(QspiBus *bus, uint16_t *pixels, size_t bytes, int isWaiting);
/* All has left. The first time, the panel is switched on: before, it would show what is in its memory by chance. */
void qspiEnd(QspiBus *bus);

#endif
