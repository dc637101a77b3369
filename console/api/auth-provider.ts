import type { AuthProvider } from "react-admin";
import type { Me } from "../../host-server/console/contract/accounts.ts";
import { signOut } from "./login.ts";

/** Back to the first page; the door looks anew who is there. */
function leave(): Promise<never> {
  location.assign("/");
  return new Promise(() => {});
}

/** Who is logged in, for react-admin: the pages before it have let them in already. */
export function createAuthProvider(me: Me): AuthProvider {
  return {
    login: leave,
    logout: async () => {
      await signOut().catch(() => {});
      return leave();
    },
    checkAuth: async () => {},
    // Where the login is lost the door comes back by itself, over the same page.
    checkError: async () => {},
    getIdentity: async () => ({ id: me.id, fullName: me.name, hasDevicePages: me.hasDevicePages }),
    getPermissions: async () => me.role,
  };
}
