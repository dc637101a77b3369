/* The commands are those of MIPI's display command set, which all these chips have. */
#include "qspi-bus.h"
#include "driver/spi_master.h"
#include "esp_lcd_panel_io.h"
#include <stdlib.h>

/* In front of each command: it comes on one line; pixels come on four. */
#define COMMAND 0x02u
#define PIXELS 0x32u

#define NOTHING 0x00
#define SWITCH_ON 0x29
#define COLUMNS 0x2a
#define ROWS 0x2b
#define WRITE_MEMORY 0x2c

#define QUEUE_LENGTH 4

struct QspiBus {
	QspiWiring wiring;
	esp_lcd_panel_io_handle_t io;
	int width;
	int row;
	int isOn;
};

static int word(unsigned int kind, uint8_t command)
{
	return (int)(kind << 24 | (unsigned int)command << 8);
}

QspiBus *qspiOpen(const QspiWiring *wiring, const char **fault)
{
	spi_bus_config_t lines = {
		.sclk_io_num = wiring->clock,
		.data0_io_num = wiring->data[0],
		.data1_io_num = wiring->data[1],
		.data2_io_num = wiring->data[2],
		.data3_io_num = wiring->data[3],
		.max_transfer_sz = wiring->maxBytes,
		.flags = SPICOMMON_BUSFLAG_QUAD,
	};
	esp_lcd_panel_io_spi_config_t chip = {
		.cs_gpio_num = wiring->select,
		.dc_gpio_num = -1,
		.pclk_hz = (unsigned int)wiring->hz,
		.trans_queue_depth = QUEUE_LENGTH,
		.lcd_cmd_bits = 32,
		.lcd_param_bits = 8,
		.flags = {.quad_mode = 1},
	};
	QspiBus *bus = calloc(1, sizeof(QspiBus));
	*fault = "no memory";
	if (!bus)
		return NULL;
	bus->wiring = *wiring;
	*fault = "the bus cannot be had";
	if (spi_bus_initialize((spi_host_device_t)wiring->host, &lines, SPI_DMA_CH_AUTO) == ESP_OK) {
		*fault = "the panel cannot be had";
		if (esp_lcd_new_panel_io_spi((esp_lcd_spi_bus_handle_t)wiring->host, &chip, &bus->io) == ESP_OK)
			return bus;
		spi_bus_free((spi_host_device_t)wiring->host);
	}
	free(bus);
	return NULL;
}

void qspiClose(QspiBus *bus)
{
	if (!bus)
		return;
	esp_lcd_panel_io_del(bus->io);
	spi_bus_free((spi_host_device_t)bus->wiring.host);
	free(bus);
}

void qspiCommand(QspiBus *bus, uint8_t command, const void *data, size_t count)
{
	/* ESP-IDF sends commands only after all pixels that are still queued. */
	esp_lcd_panel_io_tx_param(bus->io, word(COMMAND, command), count ? data : NULL, count);
}

static void setRange(QspiBus *bus, uint8_t command, int first, int count)
{
	int last = first + count - 1;
	uint8_t range[] = {(uint8_t)(first >> 8), (uint8_t)first, (uint8_t)(last >> 8), (uint8_t)last};
	qspiCommand(bus, command, range, sizeof(range));
}

void qspiBegin(QspiBus *bus, int x, int y, int width, int height)
{
	(void)height;
	bus->width = width;
	bus->row = y + bus->wiring.rowOffset;
	setRange(bus, COLUMNS, x + bus->wiring.columnOffset, width);
}

void qspiSend(QspiBus *bus, uint16_t *pixels, size_t bytes, int isWaiting)
{
	size_t count = bytes / sizeof(uint16_t);
	int lines = bus->width > 0 ? (int)count / bus->width : 0;
	if (lines == 0)
		return;
	for (size_t at = 0; at < count; at++)
		pixels[at] = (uint16_t)(pixels[at] << 8 | pixels[at] >> 8);
	/* The chip begins at the first line anew with each transfer: each gets lines of its own. */
	setRange(bus, ROWS, bus->row, lines);
	bus->row += lines;
	esp_lcd_panel_io_tx_color(bus->io, word(PIXELS, WRITE_MEMORY), pixels, bytes);
	if (isWaiting)
		qspiCommand(bus, NOTHING, NULL, 0);
}

void qspiEnd(QspiBus *bus)
{
	qspiCommand(bus, bus->isOn ? NOTHING : SWITCH_ON, NULL, 0);
	bus->isOn = 1;
}
