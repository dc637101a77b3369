import { ConsoleError } from "../../../host-server/console/errors.ts";
import { describeImage } from "../../../host-server/console/firmware/image.ts";
import { checkImageIdentity, ImageRefusedError, readImageIdentity } from "../../../modules/upgrade/image-identity.ts";
import { readSignatureBlock, SIGNATURE_BLOCK_BYTES, signatureBlock } from "../../../modules/upgrade/signature-block.ts";
import { firmwareImage } from "../../firmware/firmware-images.ts";
import { expect, type FuzzTarget, refusable } from "../target.ts";

const NAME = /^[\x20-\x7e]*$/;

/** Firmware images, as the console and a device look at them. */
export function firmware(): FuzzTarget {
  const image = firmwareImage(700);
  return {
    seeds: [
      image,
      firmwareImage(700, { isDescribed: false }),
      firmwareImage(1_500, { project: "p".repeat(32), board: "b".repeat(64), version: "1.2.3" }),
      Buffer.concat([image, signatureBlock(new Uint8Array(64).fill(7))]),
    ],
    run: (input) => {
      const told = refusable(() => {
        const { project, board, version } = describeImage(input);
        expect(
          [project, board, version].every((text) => NAME.test(text)),
          "what an image says is printable",
        );
        return `${project.length} ${board.length} ${version.length}`;
      }, [ConsoleError]);
      const seen = refusable(() => {
        const identity = readImageIdentity(input);
        expect(
          Object.values(identity).every((text) => NAME.test(text)),
          "what an image says is printable",
        );
        checkImageIdentity(identity, { project: "xiaozhi", board: "simulator" });
        return "taken";
      }, [ImageRefusedError]);
      const signature = readSignatureBlock(input.subarray(-SIGNATURE_BLOCK_BYTES));
      return `${told}|${seen}|${signature?.length}`;
    },
  };
}
