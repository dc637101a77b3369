import { type FormEvent, type ReactNode, useId, useState } from "react";
import { refusalText } from "./refusal-text.ts";
import type { EntryTexts } from "./texts.ts";

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "email";
  readonly autoComplete: string;
  readonly hint?: string;
  readonly maxLength?: number;
  readonly autoFocus?: boolean;
}

/** A line to write in, with its name above and its hint below. */
export function Field({ name, label, type = "text", hint, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} name={name} type={type} required aria-describedby={hint ? `${id}-hint` : undefined} {...rest} />
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

interface PasswordProps extends Omit<FieldProps, "type"> {
  readonly texts: EntryTexts;
}

/** The same for a password, which can be made visible. */
export function PasswordField({ name, label, hint, texts, ...rest }: PasswordProps) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="with-button">
        <input
          id={id}
          name={name}
          type={isShown ? "text" : "password"}
          required
          maxLength={128}
          aria-describedby={hint ? `${id}-hint` : undefined}
          {...rest}
        />
        <button
          type="button"
          className="quiet"
          aria-label={isShown ? texts.hidePassword : texts.showPassword}
          onClick={() => setShown(!isShown)}
        >
          <Eye isCrossed={isShown} />
        </button>
      </div>
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** To see what is hidden; crossed, to hide it again. */
function Eye({ isCrossed }: { readonly isCrossed: boolean }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      aria-hidden="true"
    >
      <path d="M2 12c2-4 6-7 10-7s8 3 10 7c-2 4-6 7-10 7s-8-3-10-7z" />
      <circle cx="12" cy="12" r="3" />
      {isCrossed && <path d="M4 20 20 4" />}
    </svg>
  );
}

interface EntryFormProps {
  readonly title: string;
  readonly action: string;
  readonly texts: EntryTexts;
  readonly children: ReactNode;
  /** Gives why the values are no good, or nothing when they were taken. */
  readonly onSubmit: (values: { [name: string]: string }) => Promise<string | undefined>;
}

/** A form that says why it was refused, and is not sent twice. */
export function EntryForm({ title, action, texts, children, onSubmit }: EntryFormProps) {
  const [problem, setProblem] = useState<string>();
  const [isSending, setSending] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isSending) return;
    const values = Object.fromEntries(new FormData(event.currentTarget)) as { [name: string]: string };
    setSending(true);
    setProblem(await onSubmit(values).catch((error: unknown) => refusalText(error, texts)));
    setSending(false);
  };
  return (
    <form onSubmit={submit}>
      <h1>{title}</h1>
      {children}
      <p role="alert" className="problem">
        {problem}
      </p>
      <button type="submit" className="main" aria-disabled={isSending}>
        {isSending ? texts.loading : action}
      </button>
    </form>
  );
}
