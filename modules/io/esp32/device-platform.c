// What ESP-IDF offers and the SDK does not: whether this firmware is on trial, and how the radio sleeps. It also gives
// the image its description, by which other devices of this firmware tell whether it is for them.

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"
#include "mc.defines.h"

#include "app_update/include/esp_ota_ops.h"
#include "esp_wifi.h"

#ifndef MODDEF_IMAGE_BOARD
#define MODDEF_IMAGE_BOARD "unknown"
#endif

#define TEXT_BYTES 32

struct image_identity {
  char magic[4];
  uint8_t form;
  uint8_t unused[3];
  char project[TEXT_BYTES];
  char board[TEXT_BYTES];
  char version[TEXT_BYTES];
};

// ESP-IDF puts this section right behind its own description of the application.
const __attribute__((section(".rodata_custom_desc"), used)) struct image_identity image_identity = {
  .magic = { 'X', 'Z', 'X', 'S' },
  .form = 1,
  .project = MODDEF_IMAGE_PROJECT,
  .board = MODDEF_IMAGE_BOARD,
  .version = MODDEF_IMAGE_VERSION,
};

void xs_platform_isOnTrial(xsMachine *the)
{
  esp_ota_img_states_t state;
  const esp_partition_t *running = esp_ota_get_running_partition();
  int known = ESP_OK == esp_ota_get_state_partition(running, &state);
  // Without this look at it, the linker would leave the description out.
  int isDescribed = 1 == *(volatile const uint8_t *)&image_identity.form;
  xsmcSetBoolean(xsResult, isDescribed && known && ESP_OTA_IMG_PENDING_VERIFY == state);
}

void xs_platform_confirm(xsMachine *the)
{
  if (ESP_OK != esp_ota_mark_app_valid_cancel_rollback())
    xsUnknownError("firmware cannot be confirmed");
}

void xs_platform_setRadioSleep(xsMachine *the)
{
  static const wifi_ps_type_t levels[] = { WIFI_PS_NONE, WIFI_PS_MIN_MODEM, WIFI_PS_MAX_MODEM };
  int level = xsmcToInteger(xsArg(0));
  if (level < 0 || level > 2)
    xsRangeError("invalid level");
  // Before the radio was started there is nothing to set.
  esp_wifi_set_ps(levels[level]);
}

void xs_platform_setTransmitPower(xsMachine *the)
{
  int quarters = xsmcToInteger(xsArg(0));
  if (quarters < 8 || quarters > 84)
    xsRangeError("invalid power");
  esp_wifi_set_max_tx_power((int8_t)quarters);
}
