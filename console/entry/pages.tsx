import { signIn, signUp, verifyCode } from "../api/login.ts";
import { EntryForm, Field, PasswordField } from "./form.tsx";
import { type EntryTexts, withLength } from "./texts.ts";

interface PageProps {
  readonly texts: EntryTexts;
  /** The server knows now who this is. */
  readonly onDone: () => void;
}

interface NewAccountProps extends PageProps {
  readonly passwordLength: number;
  /** Whether it is the first, the administrator's. */
  readonly isFirst: boolean;
}

/** Makes an account: the first one of the server, or one more where visitors may. */
export function NewAccountPage({ texts, passwordLength, isFirst, onDone }: NewAccountProps) {
  return (
    <EntryForm
      title={isFirst ? texts.welcome : texts.register}
      action={isFirst ? texts.createAdministrator : texts.register}
      texts={texts}
      onSubmit={async ({ name = "", email = "", password = "", repeat }) => {
        if (password.length < passwordLength) return withLength(texts.passwordShort, passwordLength);
        if (password !== repeat) return texts.passwordDiffers;
        await signUp({ name, email, password });
        onDone();
        return undefined;
      }}
    >
      {isFirst && <p>{texts.firstHint}</p>}
      <Field name="name" label={texts.name} autoComplete="name" maxLength={100} autoFocus />
      <Field name="email" label={texts.email} type="email" autoComplete="username" maxLength={200} />
      <PasswordField
        name="password"
        label={texts.password}
        autoComplete="new-password"
        hint={withLength(texts.passwordHint, passwordLength)}
        texts={texts}
      />
      <PasswordField name="repeat" label={texts.repeat} autoComplete="new-password" texts={texts} />
    </EntryForm>
  );
}

interface LoginProps extends PageProps {
  readonly onSecondFactor: () => void;
}

export function LoginPage({ texts, onDone, onSecondFactor }: LoginProps) {
  return (
    <EntryForm
      title={texts.loginTitle}
      action={texts.login}
      texts={texts}
      onSubmit={async ({ email = "", password = "" }) => {
        const isUnfinished = await signIn(email, password);
        if (isUnfinished) onSecondFactor();
        else onDone();
        return undefined;
      }}
    >
      <Field name="email" label={texts.email} type="email" autoComplete="username" maxLength={200} autoFocus />
      <PasswordField name="password" label={texts.password} autoComplete="current-password" texts={texts} />
    </EntryForm>
  );
}

/** Asks for the second factor of an account that has one. */
export function SecondFactorPage({ texts, onDone }: PageProps) {
  return (
    <EntryForm
      title={texts.secondFactor}
      action={texts.verify}
      texts={texts}
      onSubmit={async ({ code = "" }) => {
        await verifyCode(code.replaceAll(" ", ""));
        onDone();
        return undefined;
      }}
    >
      <Field
        name="code"
        label={texts.code}
        autoComplete="one-time-code"
        hint={texts.secondHint}
        maxLength={40}
        autoFocus
      />
    </EntryForm>
  );
}
