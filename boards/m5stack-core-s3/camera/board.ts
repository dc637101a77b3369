import { coreS3 } from "boards/m5stack-core-s3/core-s3";
import { camera } from "modules/parts/camera/camera";

/** The same with its camera in use, a GC0308 with a clock of its own. */
export default coreS3({
  name: "m5stack-core-s3-camera",
  strappingPins: [45, 46],
  parts: [camera({ pins: { data: [39, 40, 41, 42, 15, 16, 48, 47], vsync: 46, href: 38, pclk: 45 } })],
});
