/*
 * ESP-IDF's bus to a panel: says what goes over it, line by line. The arguments of the program are orders to the driver:
 * "open", "refuse-bus", "refuse-panel", "begin x y width height", "send pixels isWaiting", "end", "close",
 * "command register byte...".
 */
#include "driver/spi_master.h"
#include "esp_lcd_panel_io.h"
#include "qspi-bus.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct esp_lcd_panel_io_t {
	int isOpen;
};

static struct esp_lcd_panel_io_t theIo;
static const char *refused = "";
/* Of pixels that are on their way: they must not change before the next command. */
static const uint8_t *queued;
static uint8_t former[64];
static size_t queuedBytes;

esp_err_t spi_bus_initialize(spi_host_device_t host_id, const spi_bus_config_t *bus, spi_dma_chan_t dma)
{
	if (strcmp(refused, "bus") == 0)
		return ESP_FAIL;
	printf("bus %d: clock %d, data %d %d %d %d, at most %d bytes, %s\n", host_id, bus->sclk_io_num, bus->data0_io_num,
		bus->data1_io_num, bus->data2_io_num, bus->data3_io_num, bus->max_transfer_sz, dma == SPI_DMA_CH_AUTO ? "DMA" : "no DMA");
	return ESP_OK;
}

esp_err_t spi_bus_free(spi_host_device_t host_id)
{
	printf("bus %d free\n", host_id);
	return ESP_OK;
}

esp_err_t esp_lcd_new_panel_io_spi(esp_lcd_spi_bus_handle_t bus, const esp_lcd_panel_io_spi_config_t *io, esp_lcd_panel_io_handle_t *made)
{
	if (strcmp(refused, "panel") == 0)
		return ESP_ERR_NO_MEM;
	printf("panel at bus %d: select %d, %u Hz, mode %d, %d bits, %s\n", bus, io->cs_gpio_num, io->pclk_hz, io->spi_mode,
		io->lcd_cmd_bits, io->flags.quad_mode ? "quad" : "single");
	theIo.isOpen = 1;
	*made = &theIo;
	return ESP_OK;
}

static void checkQueued(void)
{
	if (queued && memcmp(queued, former, queuedBytes) != 0)
		printf("pixels changed on their way\n");
	queued = NULL;
}

static void say(const char *kind, int word, const void *data, size_t count)
{
	printf("%s %08x", kind, (unsigned int)word);
	for (size_t at = 0; at < count; at++)
		printf("%s%02x", at == 0 ? " " : "", ((const uint8_t *)data)[at]);
	printf("\n");
}

esp_err_t esp_lcd_panel_io_tx_param(esp_lcd_panel_io_handle_t io, int lcd_cmd, const void *param, size_t param_size)
{
	(void)io;
	checkQueued();
	say("command", lcd_cmd, param, param_size);
	return ESP_OK;
}

esp_err_t esp_lcd_panel_io_tx_color(esp_lcd_panel_io_handle_t io, int lcd_cmd, const void *color, size_t color_size)
{
	(void)io;
	say("pixels", lcd_cmd, color, color_size);
	queued = color;
	queuedBytes = color_size < sizeof(former) ? color_size : sizeof(former);
	memcpy(former, color, queuedBytes);
	return ESP_OK;
}

esp_err_t esp_lcd_panel_io_del(esp_lcd_panel_io_handle_t io)
{
	io->isOpen = 0;
	printf("panel closed\n");
	return ESP_OK;
}

static QspiBus *openBus(void)
{
	const QspiWiring wiring = {.host = SPI2_HOST, .hz = 40000000, .select = 12, .clock = 11, .data = {4, 5, 6, 7},
		.width = 368, .height = 448, .columnOffset = 16, .rowOffset = 300, .maxBytes = 368 * 32};
	const char *fault = "";
	QspiBus *bus = qspiOpen(&wiring, &fault);
	if (!bus)
		printf("fault: %s\n", fault);
	return bus;
}

static void sendPixels(QspiBus *bus, int count, int isWaiting)
{
	/* Two halves, as Poco's buffer has them. */
	static uint16_t halves[2][32];
	static int turn;
	uint16_t *pixels = halves[turn++ & 1];
	for (int at = 0; at < count; at++)
		pixels[at] = (uint16_t)(0x1200 + at);
	qspiSend(bus, pixels, (size_t)count * 2, isWaiting);
}

int main(int argc, char **argv)
{
	QspiBus *bus = NULL;
	for (int at = 1; at < argc; at++) {
		int a = 0, b = 0, c = 0, d = 0;
		if (strncmp(argv[at], "refuse-", 7) == 0)
			refused = argv[at] + 7;
		else if (strcmp(argv[at], "open") == 0)
			bus = openBus();
		else if (sscanf(argv[at], "begin %d %d %d %d", &a, &b, &c, &d) == 4)
			qspiBegin(bus, a, b, c, d);
		else if (sscanf(argv[at], "send %d %d", &a, &b) == 2)
			sendPixels(bus, a, b);
		else if (sscanf(argv[at], "command %x %x", &a, &b) == 2) {
			uint8_t byte = (uint8_t)b;
			qspiCommand(bus, (uint8_t)a, &byte, 1);
		} else if (strcmp(argv[at], "end") == 0)
			qspiEnd(bus);
		else if (strcmp(argv[at], "close") == 0) {
			qspiClose(bus);
			bus = NULL;
		} else
			return fprintf(stderr, "no such order: %s\n", argv[at]), 1;
	}
	return 0;
}
