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

/** What stands between a page and the way out of it. */
interface Guard {
  /** Whether that way is barred. */
  bars(pathname: string): boolean;
  /** Keeps the way, to be gone if the answer is so. */
  keep(leave: () => void): void;
}

/** Where the address bar leads. */
function shownPath(): string {
  return location.hash.slice(1).split(/[?#]/)[0] || "/";
}

/** Where this page is among those that the browser has been to. */
function ownIndex(): number | undefined {
  return (history.state as { readonly idx?: number } | null)?.idx;
}

/** Told of each move of the browser before the router, which listens from when the first page is drawn. */
let onMove: ((event: PopStateEvent) => void) | undefined;
window.addEventListener("popstate", (event) => onMove?.(event));

/** Guards the browser's buttons and its address bar: it has moved already, and is led back before anybody is asked. */
function guardBrowser(guard: Guard): () => void {
  const index = ownIndex() ?? 0;
  let leave: (() => void) | undefined;
  let isLeaving = false;
  onMove = (event) => {
    if (isLeaving) return;
    if (leave) {
      guard.keep(leave);
      leave = undefined;
    } else {
      // A new address comes behind all that the browser has been to.
      const steps = (ownIndex() ?? index + 1) - index;
      if (steps === 0 || !guard.bars(shownPath())) return;
      leave = () => {
        isLeaving = true;
        history.go(steps);
      };
      history.go(-steps);
    }
    event.stopImmediatePropagation();
  };
  return () => {
    onMove = undefined;
  };
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
    const guard: Guard = {
      bars: (pathname) => {
        const nextLocation = { ...here, pathname };
        return asked.current({ currentLocation: here, nextLocation, historyAction: NavigationType.Push });
      },
      keep: (leave) => setProceed(() => leave),
    };
    const guarded = (move: typeof push): typeof push => {
      return (to, ...rest) => {
        const pathname = typeof to === "string" ? to : to.pathname;
        if (pathname !== undefined && guard.bars(pathname)) guard.keep(() => move(to, ...rest));
        else move(to, ...rest);
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
