#include "infrared.h"
#include "driver/rmt_tx.h"
#include <stdlib.h>

/* A tick is a microsecond. */
#define RESOLUTION_HZ 1000000
/* The least that an ESP32-S3 has for a transmitter; longer codes are refilled while they are sent. */
#define MEMORY_SYMBOLS 48
#define QUEUE_LENGTH 1
/* A third of the time is light, as receivers expect it: it saves the LED, too. */
#define DUTY 0.33f
#define LONGEST_DURATION 32767
/* Longer than any code is. */
#define PATIENCE_MS 3000

struct Infrared {
	rmt_channel_handle_t channel;
	rmt_encoder_handle_t encoder;
	/* What is being sent: the transmitter reads it meanwhile. */
	rmt_symbol_word_t *symbols;
};

static esp_err_t setUp(Infrared *infrared, int pin)
{
	rmt_tx_channel_config_t channel = {
		.gpio_num = (gpio_num_t)pin,
		.clk_src = RMT_CLK_SRC_DEFAULT,
		.resolution_hz = RESOLUTION_HZ,
		.mem_block_symbols = MEMORY_SYMBOLS,
		.trans_queue_depth = QUEUE_LENGTH,
	};
	rmt_copy_encoder_config_t encoder = {};
	esp_err_t error = rmt_new_tx_channel(&channel, &infrared->channel);
	if (error == ESP_OK)
		error = rmt_new_copy_encoder(&encoder, &infrared->encoder);
	if (error == ESP_OK)
		error = rmt_enable(infrared->channel);
	return error;
}

Infrared *infraredOpen(int pin)
{
	Infrared *infrared = calloc(1, sizeof(Infrared));
	if (!infrared || setUp(infrared, pin) == ESP_OK)
		return infrared;
	infraredClose(infrared);
	return NULL;
}

void infraredClose(Infrared *infrared)
{
	if (infrared->channel) {
		rmt_disable(infrared->channel);
		rmt_del_channel(infrared->channel);
	}
	if (infrared->encoder)
		rmt_del_encoder(infrared->encoder);
	free(infrared->symbols);
	free(infrared);
}

static size_t symbolCount(int count)
{
	return (size_t)count / 2 + 1;
}

/* Light and darkness in turn, two durations to a symbol; a duration of 0 ends it. */
static rmt_symbol_word_t *symbolsOf(const uint8_t *durations, int count)
{
	rmt_symbol_word_t *symbols = calloc(symbolCount(count), sizeof(rmt_symbol_word_t));
	int i;
	for (i = 0; symbols && i < count; i++) {
		int duration = durations[i * 2] | (durations[i * 2 + 1] << 8);
		if (duration > LONGEST_DURATION)
			duration = LONGEST_DURATION;
		if (i % 2 == 0) {
			symbols[i / 2].duration0 = (uint16_t)(duration & LONGEST_DURATION);
			symbols[i / 2].level0 = 1;
		} else
			symbols[i / 2].duration1 = (uint16_t)(duration & LONGEST_DURATION);
	}
	return symbols;
}

InfraredResult infraredSend(Infrared *infrared, const uint8_t *durations, int count, uint32_t carrierHz)
{
	rmt_carrier_config_t carrier = { .frequency_hz = carrierHz, .duty_cycle = DUTY };
	rmt_transmit_config_t once = { .loop_count = 0 };
	size_t bytes = symbolCount(count) * sizeof(rmt_symbol_word_t);
	rmt_symbol_word_t *symbols = symbolsOf(durations, count);
	if (!symbols)
		return INFRARED_NO_MEMORY;
	if (rmt_tx_wait_all_done(infrared->channel, PATIENCE_MS) != ESP_OK) {
		free(symbols);
		return INFRARED_STUCK;
	}
	free(infrared->symbols);
	infrared->symbols = symbols;
	if (rmt_apply_carrier(infrared->channel, &carrier) != ESP_OK)
		return INFRARED_REFUSED;
	if (rmt_transmit(infrared->channel, infrared->encoder, symbols, bytes, &once) != ESP_OK)
		return INFRARED_REFUSED;
	return INFRARED_SENT;
}
