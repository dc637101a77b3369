import { coreS3 } from "boards/m5stack-core-s3/core-s3";

/** M5Stack CoreS3: AW88298 and ES7210, an ILI9342 of 320 x 240, whose glass is the button. */
export default coreS3({ name: "m5stack-core-s3" });
