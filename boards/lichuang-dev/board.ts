import { szpi } from "boards/lichuang-dev/szpi";

/** LCKFB SZPI ESP32-S3: ES8311 and ES7210, an ST7789 of 320 x 240. */
export default szpi({ name: "lichuang-dev" });
