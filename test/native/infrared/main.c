/* Sends the durations of its arguments twice, with a transmitter that prints what it is given and fails where it is told. */
#include "driver/rmt_tx.h"
#include "infrared.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *failing;
static int opened;

static esp_err_t report(const char *name)
{
	return failing && strcmp(failing, name) == 0 ? ESP_FAIL : ESP_OK;
}

esp_err_t rmt_new_tx_channel(const rmt_tx_channel_config_t *config, rmt_channel_handle_t *channel)
{
	if (report("channel") != ESP_OK)
		return ESP_FAIL;
	printf("channel pin=%d hz=%u\n", config->gpio_num, config->resolution_hz);
	*channel = (rmt_channel_handle_t)&failing;
	opened++;
	return ESP_OK;
}

esp_err_t rmt_new_copy_encoder(const rmt_copy_encoder_config_t *config, rmt_encoder_handle_t *encoder)
{
	(void)config;
	if (report("encoder") != ESP_OK)
		return ESP_FAIL;
	*encoder = (rmt_encoder_handle_t)&opened;
	opened++;
	return ESP_OK;
}

esp_err_t rmt_del_encoder(rmt_encoder_handle_t encoder)
{
	(void)encoder;
	opened--;
	return ESP_OK;
}

esp_err_t rmt_enable(rmt_channel_handle_t channel)
{
	(void)channel;
	return report("enable");
}

esp_err_t rmt_disable(rmt_channel_handle_t channel)
{
	(void)channel;
	return ESP_OK;
}

esp_err_t rmt_del_channel(rmt_channel_handle_t channel)
{
	(void)channel;
	opened--;
	return ESP_OK;
}

esp_err_t rmt_apply_carrier(rmt_channel_handle_t channel, const rmt_carrier_config_t *config)
{
	(void)channel;
	printf("carrier %u\n", config->frequency_hz);
	return report("carrier");
}

esp_err_t rmt_tx_wait_all_done(rmt_channel_handle_t channel, int timeout_ms)
{
	(void)channel;
	(void)timeout_ms;
	return report("wait");
}

/* As the hardware reads it: until a duration of 0. */
esp_err_t rmt_transmit(rmt_channel_handle_t channel, rmt_encoder_handle_t encoder, const void *payload, size_t bytes, const rmt_transmit_config_t *config)
{
	const rmt_symbol_word_t *symbols = payload;
	size_t i;
	(void)channel;
	(void)encoder;
	(void)config;
	printf("sent");
	for (i = 0; i < bytes / sizeof(rmt_symbol_word_t); i++) {
		if (symbols[i].duration0)
			printf(" %d%c", symbols[i].duration0, symbols[i].level0 ? '+' : '-');
		if (symbols[i].duration1)
			printf(" %d%c", symbols[i].duration1, symbols[i].level1 ? '+' : '-');
		if (!symbols[i].duration0 || !symbols[i].duration1)
			break;
	}
	printf("%s\n", i < bytes / sizeof(rmt_symbol_word_t) ? "" : " and no end");
	return report("transmit");
}

/* what fails, or "nothing"; then the durations */
int main(int argc, char **argv)
{
	Infrared *infrared;
	uint8_t *bytes = malloc((size_t)argc * 2);
	int i, time;
	failing = argv[1];
	for (i = 2; i < argc; i++) {
		int duration = atoi(argv[i]);
		bytes[(i - 2) * 2] = (uint8_t)(duration & 255);
		bytes[(i - 2) * 2 + 1] = (uint8_t)(duration >> 8);
	}
	infrared = infraredOpen(4);
	if (!infrared)
		printf("not opened\n");
	for (time = 0; infrared && time < 2; time++)
		printf("result %d\n", infraredSend(infrared, bytes, argc - 2, 38000));
	if (infrared)
		infraredClose(infrared);
	printf("left open %d\n", opened);
	free(bytes);
	return 0;
}
