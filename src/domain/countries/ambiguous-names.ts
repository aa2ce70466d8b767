/** A name that is never resolved, as it means several countries, or a country and another place. */
interface AmbiguousName {
  readonly names: readonly string[];
  readonly candidates: readonly string[];
  readonly because: string;
}

/**
 * The plain word “Congo” in the languages of the tables: a name of CG or CD that says no more, or the word that the
 * names of both begin with.
 */
const CONGO = [
  ...['Congo', 'Congó', 'An Congó', 'Y Congo', 'Congu', 'Công-gô', 'ECongo', 'i-Congo', 'Congob', 'Hukongo'],
  ...[
    'Kongo',
    'Kongas',
    'Konga',
    'Kóngò',
    'Kôngô',
    'Konqo',
    'Konngo',
    'Kongoo',
    'Koongo',
    'Koongoo',
    'Kongu',
  ],
  ...[
    'Koŋgo',
    'Koŋgoo',
    'dä Konggo',
    'Kungu',
    'Kuŋgu',
    'Khongo',
    'Ukongo',
    'Kɔngo',
    'Kɔŋgɔ',
    'Kãgo',
    'il-Kongo',
  ],
  ...['Réewum Kongo', 'Ditunga wa Kongu', 'kitɔŋ kí kongó', 'Repoblikan’i Kongo', 'A’ Chongo'],
  ...['Конго', 'Конга', 'Κονγκό', 'Կոնգո', 'კონგო', 'קונגו', 'קאנגא', 'ܟܘܢܓܘ'],
  ...['الكونغو', 'كونغو', 'كونگو', 'کنگو', 'کانگو', 'کانګو', 'ڪانگو', 'کونگو', 'کۆنگۆ', 'ކޮންގޯ'],
  ...['काँगो', 'कांगो', 'काङ्गो', 'कङ्गो', 'कोंगो', 'कंग', 'কঙ্গো', 'ਕਾਂਗੋ', 'કોંગો', 'କଙ୍ଗୋ'],
  ...['காங்கோ', 'కాంగో', 'ಕಾಂಗೋ', 'കോംഗോ', 'කොංගො', 'කොංගෝව', 'คองโก', 'ຄອງໂກ', 'ཀོང་གྷོ'],
  ...['ကွန်ဂို', 'ၶွင်ႇၵူဝ်ႇ', 'កុងហ្គោ', 'ኮንጎ', 'ⴽⵓⵏⴳⵓ', 'ꖏꖐ', 'ᎧᏂᎪ', 'ߞߏ߲߬ߜ߭ߏ߫', '𑄇𑄧𑄋𑄴𑄉𑄮', '𞤑𞤮𞤲𞤺𞤮'],
  ...['コンゴ', '刚果', '剛果', '콩고'],
];

/** “Korea”, where the language has one word for both. */
const KOREA = [
  ...['Korea', 'Corea', 'Corée', 'Coreia', 'Coréia', 'Coreea', 'Koreo', 'Koreja', 'Koreya', 'Kórea', 'Kore'],
  ...['An Chóiré', 'Coirèa', 'Kuuriya', 'Koria', 'Корея', 'Кореја', 'Карэя', 'Κορέα', 'Կորեա', 'კორეა'],
  ...['קוריאה', 'كوريا', 'کوریا', 'کره', 'ڪوريا', 'कोरिया', 'কোরিয়া', 'ਕੋਰੀਆ', 'કોરિયા', 'கொரியா'],
  ...['కొరియా', 'ಕೊರಿಯಾ', 'കൊറിയ', 'කොරියාව', 'ኮሪያ', 'ኮርያ'],
];

/** Names that two countries have in different languages. A test finds them. */
const SHARED_BY_TWO: readonly (readonly [name: string, one: string, other: string])[] = [
  ['Nigeri', 'NG', 'NE'],
  ['Sabiya', 'RS', 'ZM'],
  ['Toga', 'TG', 'TO'],
  ['Свети Мартин', 'MF', 'SX'],
  ['Gwiana', 'GF', 'GY'],
  ['Гвиана', 'GF', 'GY'],
  ['Гвіана', 'GF', 'GY'],
];

/** Names of countries in some language that are known as places in another country. */
const ALSO_PLACES: readonly (readonly [name: string, country: string, placeIn: string])[] = [
  ['Malè', 'ML', 'MV'],
  ['Papua', 'PG', 'ID'],
  ['Timôr', 'TL', 'ID'],
];

const TWO_COUNTRIES = 'two countries have this name';

export const ambiguousNames: readonly AmbiguousName[] = [
  { names: CONGO, candidates: ['CG', 'CD'], because: TWO_COUNTRIES },
  { names: KOREA, candidates: ['KR', 'KP'], because: TWO_COUNTRIES },
  {
    names: ['Georgia'],
    candidates: ['GE', 'US'],
    because: 'it is a country and a state of the United States',
  },
  { names: ['Virgin Islands'], candidates: ['VG', 'VI'], because: 'two territories have this name' },
  { names: ['Saint Martin'], candidates: ['MF', 'SX'], because: 'two territories share this island' },
  {
    names: ['عوامی جمہوریہِ کانگو'],
    candidates: ['CG', 'CD'],
    because: 'it is used of both countries',
  },
  ...ALSO_PLACES.map(([name, ...candidates]) => ({
    names: [name],
    candidates,
    because: 'it is a country in some language, and a place in another country',
  })),
  ...SHARED_BY_TWO.map(([name, ...candidates]) => ({ names: [name], candidates, because: TWO_COUNTRIES })),
];
