import { createContext, useContext, useEffect, useRef, useState } from "react";
import {
  type Blocker,
  type BlockerFunction,
  NavigationType,
  UNSAFE_NavigationContext,
  useLocation,
} from "react-router";

/** In place of what is around pages in a router that loads data: react-admin asks for it before it blocks. */
export const ALWAYS = createContext(true);

/** Asks whether to stay; true when the page stays for now, and `proceed` leaves it after all. */
type Guard = (pathname: string, proceed: () => void) => boolean;

/** Where the address bar leads. */
function shownPath(): string {
  return location.hash.slice(1).split(/[?#]/)[0] || "/";
}

/** Where this page is among those that the browser has been to. */
function ownIndex(): number | undefined {
  return (history.state as { readonly idx?: number } | null)?.idx;
}

/** Guards the browser's buttons and its address bar: it has moved already, and is led back. */
function guardBrowser(guard: Guard): () => void {
  const index = ownIndex() ?? 0;
  let isReturning = false;
  let isLeaving = false;
  const onPop = (event: PopStateEvent) => {
    if (isLeaving) return;
    if (!isReturning) {
      // A new address comes behind all that the browser has been to.
      const steps = (ownIndex() ?? index + 1) - index;
      const leave = () => {
        isLeaving = true;
        history.go(steps);
      };
      if (steps === 0 || !guard(shownPath(), leave)) return;
      history.go(-steps);
    }
    isReturning = !isReturning;
    event.stopImmediatePropagation();
  };
  // Before the router, which listens, too.
  window.addEventListener("popstate", onPop, { capture: true });
  return () => window.removeEventListener("popstate", onPop, { capture: true });
}

/**
 * Keeps somebody on a page. What react-router has of this name wants a router that loads data, of 20 KB; this is enough
 * for the console's.
 *
 * @param shouldBlock whether that move is to wait for `proceed` or `reset`
 */
export function useBlocker(shouldBlock: BlockerFunction): Blocker {
  const { navigator } = useContext(UNSAFE_NavigationContext);
  const here = useLocation();
  const [proceed, setProceed] = useState<() => void>();
  const asked = useRef(shouldBlock);
  useEffect(() => {
    asked.current = shouldBlock;
  });
  useEffect(() => {
    const { push, replace } = navigator;
    const guard: Guard = (pathname, leave) => {
      const nextLocation = { ...here, pathname };
      if (!asked.current({ currentLocation: here, nextLocation, historyAction: NavigationType.Push })) return false;
      setProceed(() => leave);
      return true;
    };
    const guarded = (move: typeof push): typeof push => {
      return (to, ...rest) => {
        const go = () => move(to, ...rest);
        const pathname = typeof to === "string" ? to : to.pathname;
        if (pathname === undefined || !guard(pathname, go)) go();
      };
    };
    navigator.push = guarded(push);
    navigator.replace = guarded(replace);
    const unguard = guardBrowser(guard);
    return () => {
      Object.assign(navigator, { push, replace });
      unguard();
    };
  }, [navigator, here]);
  if (!proceed) return { state: "unblocked", proceed: undefined, reset: undefined, location: undefined };
  const end = () => setProceed(undefined);
  return {
    state: "blocked",
    location: here,
    reset: end,
    proceed: () => {
      end();
      proceed();
    },
  };
}
