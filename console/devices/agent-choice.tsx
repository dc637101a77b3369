import { ReferenceInput } from "react-admin";

/** Chooses an assistant by its name. */
export default function AgentChoice({ source }: { readonly source: string }) {
  return <ReferenceInput source={source} reference="agents" />;
}
