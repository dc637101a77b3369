import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { Me, SetupState } from "../../host-server/console/contract/accounts.ts";
import { readMe, readSetup } from "../api/login.ts";
import { LOGIN_LOST } from "../api/request.ts";
import { chooseLanguage, currentLanguage, type Language, showLanguage } from "../texts/language.ts";
import { LoginPage, NewAccountPage, SecondFactorPage } from "./pages.tsx";
import { preload, preloadForKnown, rememberKnown } from "./preload.ts";
import { refusalText } from "./refusal-text.ts";
import { ENTRY_TEXTS, type EntryTexts } from "./texts.ts";
import "./entry.css";

/** What somebody sees who is logged in: five times what is needed before, so that it is loaded after. */
const Console = lazy(() => import("../shell/console.tsx"));

type Place = "login" | "second-factor" | "new-account";

/** Whether somebody is logged in, and what a visitor may do. */
interface Standing {
  readonly me?: Me;
  readonly setup?: SetupState;
}

async function readStanding(): Promise<Standing> {
  const me = await readMe();
  if (!me) return { setup: await readSetup() };
  rememberKnown();
  return { me };
}

/** The door of the console: makes the first account, or lets somebody in, and hands over to the console. */
export function Entry() {
  const [language, setLanguage] = useState<Language>(currentLanguage);
  const [standing, setStanding] = useState<Standing>();
  const [problem, setProblem] = useState<unknown>();
  const [isLost, setLost] = useState(false);
  const texts = ENTRY_TEXTS[language];
  const look = useCallback(() => {
    setProblem(undefined);
    readStanding().then(setStanding, setProblem);
  }, []);
  useEffect(() => {
    const lose = () => {
      setLost(true);
      look();
    };
    preloadForKnown();
    look();
    addEventListener(LOGIN_LOST, lose);
    return () => removeEventListener(LOGIN_LOST, lose);
  }, [look]);
  useEffect(() => showLanguage(language), [language]);
  const change = () => {
    const other = language === "en" ? "zh" : "en";
    chooseLanguage(other);
    setLanguage(other);
  };
  if (standing?.me) {
    return (
      <Suspense fallback={<Waiting texts={texts} />}>
        <Console me={standing.me} />
      </Suspense>
    );
  }
  if (!standing?.setup) return <Waiting texts={texts} problem={problem} onRetry={look} />;
  const notice = isLost ? texts.loginLost : undefined;
  return <Door setup={standing.setup} texts={texts} notice={notice} onDone={look} onLanguage={change} />;
}

interface WaitingProps {
  readonly texts: EntryTexts;
  readonly problem?: unknown;
  readonly onRetry?: () => void;
}

function Waiting({ texts, problem, onRetry }: WaitingProps) {
  if (problem === undefined) {
    return (
      <main className="door waiting" aria-busy="true">
        <p>{texts.loading}</p>
      </main>
    );
  }
  return (
    <main className="door">
      <p role="alert">{refusalText(problem, texts)}</p>
      <button type="button" className="main" onClick={onRetry}>
        {texts.retry}
      </button>
    </main>
  );
}

interface DoorProps {
  readonly setup: SetupState;
  readonly texts: EntryTexts;
  /** Why somebody stands here who was inside. */
  readonly notice: string | undefined;
  readonly onDone: () => void;
  readonly onLanguage: () => void;
}

function Door({ setup, texts, notice, onDone, onLanguage }: DoorProps) {
  const { needsFirstAccount, allowsRegistration, passwordLength } = setup;
  const [place, setPlace] = useState<Place>(needsFirstAccount ? "new-account" : "login");
  const isLogin = place === "login";
  const other = isLogin ? texts.register : place === "new-account" ? texts.toLogin : texts.back;
  const isOtherShown = !needsFirstAccount && (!isLogin || allowsRegistration);
  return (
    <main className="door" onInput={preload}>
      <img src="/icon.svg" alt="" width={48} height={48} />
      {notice && <p role="status">{notice}</p>}
      {place === "new-account" && (
        <NewAccountPage texts={texts} passwordLength={passwordLength} isFirst={needsFirstAccount} onDone={onDone} />
      )}
      {isLogin && <LoginPage texts={texts} onDone={onDone} onSecondFactor={() => setPlace("second-factor")} />}
      {place === "second-factor" && <SecondFactorPage texts={texts} onDone={onDone} />}
      <div className="beside">
        {isOtherShown && (
          <button type="button" className="quiet" onClick={() => setPlace(isLogin ? "new-account" : "login")}>
            {other}
          </button>
        )}
        <button type="button" className="quiet" aria-label={texts.languageLabel} onClick={onLanguage}>
          {texts.language}
        </button>
      </div>
    </main>
  );
}
