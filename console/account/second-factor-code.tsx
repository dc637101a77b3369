import { useTranslate } from "react-admin";
import { qrCode } from "../../modules/ui/screen/qr-code.ts";
import { shortUri } from "./short-uri.ts";

/** Light squares around the code. */
const QUIET = 4;
const SIDE = 220;

/** The secret of a second factor as a picture for the app's camera. */
export function SecondFactorCode({ uri }: { readonly uri: string }) {
  const translate = useTranslate();
  const code = qrCode(new TextEncoder().encode(shortUri(uri)));
  if (!code) return null;
  const squares: string[] = [];
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) if (code.isDark(x, y)) squares.push(`M${x + QUIET} ${y + QUIET}h1v1h-1z`);
  }
  const size = code.size + 2 * QUIET;
  return (
    <svg width={SIDE} height={SIDE} viewBox={`0 0 ${size} ${size}`} role="img" shapeRendering="crispEdges">
      <title>{translate("account.factorCode")}</title>
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={squares.join("")} />
    </svg>
  );
}
