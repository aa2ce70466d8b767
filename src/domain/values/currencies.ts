/** The units of account that ISO 4217 (list one) has besides money: precious metals, bond units, fund codes. */
const FUNDS = 'BOV CHE CHW CLF COU MXV USN UYI UYW VED XAD XAG XAU XBA XBB XBC XBD XPD XPT XSU XUA';

/** The codes that ISO 4217 has withdrawn (list three), by the first letter. */
const WITHDRAWN = [
  'ADP AFA ALK ANG AOK AON AOR ARA ARP ARY ATS AYM AZM',
  'BAD BEC BEF BEL BGJ BGK BGL BGN BOP BRB BRC BRE BRN BRR BUK BYB BYR',
  'CHC CSD CSJ CSK CUC CYP DDM DEM ECS ECV EEK ESA ESB ESP FIM FRF',
  'GEK GHC GHP GNE GNS GQE GRD GWE GWP HRD HRK IEP ILP ILR ISJ ITL',
  'LAJ LSM LTL LTT LUC LUF LUL LVL LVR MGF MLF MRO MTL MTP MVQ MXP MZE MZM NIC NLG',
  'PEH PEI PES PLZ PTE RHD ROK ROL RUR SDD SDP SIT SKK SLL SRG STD SUR',
  'TJR TMM TPE TRL UAK UGS UGW USS UYN UYP VEB VEF VNC',
  'XEU XFO XFU XRE YDD YUD YUM YUN ZAL ZMK ZRN ZRZ ZWC ZWD ZWL ZWN ZWR',
];

const currencies: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('currency'),
  ...[FUNDS, ...WITHDRAWN].flatMap((codes) => codes.split(' ')),
]);

/** True for the codes of ISO 4217, those of former currencies included. */
export function isCurrency(code: string): boolean {
  return currencies.has(code);
}
