/*
 * The locales of ICU whose names of countries are used: every language of two or three letters that
 * `Intl.DisplayNames` supports, and the scripts and regional variants that name a country in another way than their
 * language. To try all 18,252 codes of languages at run time would take 0.4 s; a test does, and compares.
 */

const LANGUAGES =
  'af agq ak am ar ars as asa ast az ba bas be bez bg bgc blo bm bn bo br brx bs bua ca ccp ce ceb cgg chr ckb ' +
  'cs csw cv cy da dav de dje doi dsb dyo dz ee el en eo es et eu ewo fa ff fi fil fo fr fur fy ga gd gl gsw gu ' +
  'gv ha haw he hi hr hsb hu hy ia id ie ig ii is it ja jgo jv ka kab kam kde kea kgp khq ki kk kl kln km kn ko ' +
  'kok ks ksb ksf ksh ku kxv ky lag lb lg lij lkt ln lo lrc lt lu luo luy lv mai mer mfe mg mgh mgo mi mk ml mn ' +
  'mni mr ms mt mua my mzn naq nb nd nds ne nl nmg nn nnh nqo nso nus nyn oc om or os pa pcm pl prg ps pt qu rm ' +
  'rn ro rof ru rw sa sah sat sbp sc scn sd se seh sg shi shn si sk sl smn sn so sq sr su sv sw syr ta te tg th ' +
  'ti tk tn to tok tr tt tyv tzm ug uk ur uz vai vec vi vmw wae wo xh xnr xog yav yi yo yrl yue za zgh zh zu';

const VARIANTS =
  'az-Cyrl bs-Cyrl ff-Adlm hi-Latn kk-Arab kok-Latn ks-Deva kxv-Deva kxv-Telu sd-Deva shi-Latn sr-Latn uz-Cyrl ' +
  'vai-Latn yue-Hans zh-Hant bn-IN de-CH en-001 en-AU en-CA es-419 fa-AF fr-BE fr-CA ko-KP ps-PK pt-AO ru-UA ' +
  'se-FI sr-BA sr-Cyrl-ME sr-Cyrl-XK sr-Latn-BA sr-Latn-ME sr-Latn-XK sw-CD sw-KE ur-IN yo-BJ yrl-CO zh-HK';

/** BCP 47 tags, the plain languages first. */
export const displayLocales: readonly string[] = [...LANGUAGES.split(' '), ...VARIANTS.split(' ')];
