/* Native half of qspi-panel.ts. */
#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "mc.defines.h"
#include "commodettoPixelsOut.h"
#include "qspi-bus.h"
#include <stdlib.h>

#ifndef MODDEF_QSPI_PANEL_HZ
	#define MODDEF_QSPI_PANEL_HZ 40000000
#endif
#ifndef MODDEF_QSPI_PANEL_SPI_PORT
	#define MODDEF_QSPI_PANEL_SPI_PORT SPI2_HOST
#endif
#ifndef MODDEF_QSPI_PANEL_COLUMN_OFFSET
	#define MODDEF_QSPI_PANEL_COLUMN_OFFSET 0
#endif
#ifndef MODDEF_QSPI_PANEL_ROW_OFFSET
	#define MODDEF_QSPI_PANEL_ROW_OFFSET 0
#endif
#if kCommodettoBitmapFormat != kCommodettoBitmapRGB565LE
	#error panels on QSPI take pixels of 16 bits
#endif

#include "driver/spi_master.h"

#define MAX_LINES 16

/* Poco finds what to call by the first member. */
typedef struct {
	PixelsOutDispatch dispatch;
	QspiBus *bus;
} Record;

static void begin(void *refcon, CommodettoCoordinate x, CommodettoCoordinate y, CommodettoDimension w, CommodettoDimension h)
{
	qspiBegin(((Record *)refcon)->bus, x, y, w, h);
}

static void proceed(void *refcon)
{
	(void)refcon;
}

static void end(void *refcon)
{
	qspiEnd(((Record *)refcon)->bus);
}

/* A negative length: Poco goes on in the other half of its buffer. */
static void sendPixels(PocoPixel *pixels, int byteLength, void *refcon)
{
	size_t bytes = (size_t)(byteLength < 0 ? -byteLength : byteLength);
	qspiSend(((Record *)refcon)->bus, (uint16_t *)pixels, bytes, byteLength > 0);
}

/* These chips take pairs of lines and columns. */
static void adaptInvalid(void *refcon, CommodettoRectangle r)
{
	int right = (r->x + r->w + 1) & ~1;
	int bottom = (r->y + r->h + 1) & ~1;
	(void)refcon;
	r->x &= ~1;
	r->y &= ~1;
	r->w = (CommodettoDimension)(right - r->x);
	r->h = (CommodettoDimension)(bottom - r->y);
}

static const PixelsOutDispatchRecord gDispatch = {begin, proceed, end, sendPixels, adaptInvalid};

void xs_qspi_destructor(void *data)
{
	Record *record = data;
	if (!record)
		return;
	qspiClose(record->bus);
	free(record);
}

void xs_qspi(xsMachine *the)
{
	const QspiWiring wiring = {
		.host = MODDEF_QSPI_PANEL_SPI_PORT,
		.hz = MODDEF_QSPI_PANEL_HZ,
		.select = MODDEF_QSPI_PANEL_CS_PIN,
		.clock = MODDEF_QSPI_PANEL_SCK_PIN,
		.data = {MODDEF_QSPI_PANEL_DATA0_PIN, MODDEF_QSPI_PANEL_DATA1_PIN, MODDEF_QSPI_PANEL_DATA2_PIN,
			MODDEF_QSPI_PANEL_DATA3_PIN},
		.width = MODDEF_QSPI_PANEL_WIDTH,
		.height = MODDEF_QSPI_PANEL_HEIGHT,
		.columnOffset = MODDEF_QSPI_PANEL_COLUMN_OFFSET,
		.rowOffset = MODDEF_QSPI_PANEL_ROW_OFFSET,
		.maxBytes = MODDEF_QSPI_PANEL_WIDTH * MAX_LINES * 2,
	};
	const char *fault = "no memory";
	Record *record = calloc(1, sizeof(Record));
	if (record)
		record->bus = qspiOpen(&wiring, &fault);
	if (!record || !record->bus) {
		free(record);
		xsUnknownError("panel: %s", fault);
	}
	record->dispatch = (PixelsOutDispatch)&gDispatch;
	xsmcSetHostData(xsThis, record);
}

static QspiBus *busOf(xsMachine *the)
{
	Record *record = xsmcGetHostData(xsThis);
	return record->bus;
}

void xs_qspi_width(xsMachine *the)
{
	xsmcSetInteger(xsResult, MODDEF_QSPI_PANEL_WIDTH);
}

void xs_qspi_height(xsMachine *the)
{
	xsmcSetInteger(xsResult, MODDEF_QSPI_PANEL_HEIGHT);
}

void xs_qspi_pixel_format(xsMachine *the)
{
	xsmcSetInteger(xsResult, kCommodettoBitmapFormat);
}

/* (register, data) */
void xs_qspi_command(xsMachine *the)
{
	QspiBus *bus = busOf(the);
	uint8_t command = (uint8_t)xsmcToInteger(xsArg(0));
	void *data = NULL;
	xsUnsignedValue count = 0;
	if (xsmcArgc > 1 && xsmcTest(xsArg(1)))
		xsmcGetBufferReadable(xsArg(1), &data, &count);
	qspiCommand(bus, command, data, count);
}

/* ({ x, y, width, height }) */
void xs_qspi_begin(xsMachine *the)
{
	int x, y, width, height;
	xsmcVars(1);
	xsmcGet(xsVar(0), xsArg(0), xsID_x);
	x = xsmcToInteger(xsVar(0));
	xsmcGet(xsVar(0), xsArg(0), xsID_y);
	y = xsmcToInteger(xsVar(0));
	xsmcGet(xsVar(0), xsArg(0), xsID_width);
	width = xsmcToInteger(xsVar(0));
	xsmcGet(xsVar(0), xsArg(0), xsID_height);
	height = xsmcToInteger(xsVar(0));
	qspiBegin(busOf(the), x, y, width, height);
}

/* (pixels, offset, count); without a count to the end */
void xs_qspi_send(xsMachine *the)
{
	QspiBus *bus = busOf(the);
	xsIntegerValue offset = xsmcArgc > 1 && xsmcTest(xsArg(1)) ? xsmcToInteger(xsArg(1)) : 0;
	xsIntegerValue count = xsmcArgc > 2 && xsmcTest(xsArg(2)) ? xsmcToInteger(xsArg(2)) : -1;
	void *data;
	xsUnsignedValue size;
	xsmcGetBufferWritable(xsArg(0), &data, &size);
	if (count < 0)
		count = (xsIntegerValue)size - offset;
	if (offset < 0 || count < 0 || (xsUnsignedValue)offset > size || (xsUnsignedValue)count > size - (xsUnsignedValue)offset)
		xsRangeError("panel: pixels outside of their buffer");
	qspiSend(bus, (uint16_t *)((uint8_t *)data + offset), (size_t)count, 1);
}

void xs_qspi_end(xsMachine *the)
{
	qspiEnd(busOf(the));
}
