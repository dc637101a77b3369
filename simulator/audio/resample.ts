/** Zero crossings of the filter on each side: enough that speech keeps its sound and its spectrum stays clean. */
const CROSSINGS = 12;

/** A windowed sinc at `x` crossings from its centre. */
function kernel(x: number): number {
  if (x === 0) return 1;
  const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / CROSSINGS);
  return (window * Math.sin(Math.PI * x)) / (Math.PI * x);
}

/** The same sound at another rate (Hz). For whole recordings: the filter looks ahead. */
export function resample(pcm: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return pcm;
  const result = new Int16Array(Math.floor((pcm.length * to) / from));
  // Going down, the filter also removes what the lower rate cannot carry.
  const scale = Math.min(1, to / from);
  const reach = CROSSINGS / scale;
  for (let i = 0; i < result.length; i++) {
    const centre = (i * from) / to;
    const last = Math.min(pcm.length - 1, Math.floor(centre + reach));
    let sum = 0;
    for (let j = Math.max(0, Math.ceil(centre - reach)); j <= last; j++) sum += pcm[j]! * kernel((j - centre) * scale);
    result[i] = Math.max(-32768, Math.min(32767, Math.round(sum * scale)));
  }
  return result;
}
