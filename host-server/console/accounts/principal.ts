import { ConsoleError } from "../errors.ts";

/** Who asks. */
export interface Principal {
  /** Id of the account. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: "administrator" | "user";
  readonly hasSecondFactor: boolean;
}

export function isAdministrator({ role }: Principal): boolean {
  return role === "administrator";
}

/** Whether somebody may see and change what this account owns. What belongs to nobody is the administrators'. */
export function owns(principal: Principal, owner: string | null): boolean {
  return isAdministrator(principal) || owner === principal.id;
}

/** @throws ConsoleError `forbidden` for everybody but administrators */
export function demandAdministrator(principal: Principal, field: string): void {
  if (isAdministrator(principal)) return;
  throw new ConsoleError(403, "forbidden", `${field} is for administrators`, field);
}
