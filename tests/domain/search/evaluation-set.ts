/*
 * Sentences as spokespersons and outlets write them, with searches that a reader would type, in eight languages. Each
 * search names the documents that answer it, and there are documents that only look as if they did.
 */

export interface EvaluatedLanguage {
  readonly language: string;
  /** Id → text. */
  readonly documents: Readonly<Record<string, string>>;
  /** Query → ids of the documents to find. */
  readonly searches: Readonly<Record<string, readonly string[]>>;
}

export const EVALUATION_SET: readonly EvaluatedLanguage[] = [
  {
    language: 'English',
    documents: {
      en1: 'The spokesperson denied that rare-earth samples had been shipped to the United States.',
      en2: 'Pakistan’s Foreign Office said the memorandum on rare earths concerns mining only.',
      en3: 'Sanctions imposed in 2022 remain in force, the ministry said.',
      en4: 'The earth station was a rare gift; it is not subject to sanctioning.',
      en5: 'Café owners near the embassy in São Paulo were questioned.',
      en6: 'The United Nations condemned the attack.',
      en7: 'Nations united against piracy met in Geneva.',
    },
    searches: {
      'rare earths': ['en2'],
      '"rare earth"': ['en1'],
      'rare-earth': ['en1'],
      'sanction*': ['en3', 'en4'],
      SANCTIONS: ['en3'],
      '"united nations"': ['en6'],
      'sao paulo cafe': ['en5'],
      pakistan: ['en2'],
      // Another form of the word.
      sanction: ['en3'],
    },
  },
  {
    language: 'Chinese',
    documents: {
      zh1: '外交部发言人表示，中方对稀土出口实施管制不针对任何国家。',
      zh2: '土耳其外长稀客来访，双方讨论出口信贷。',
      zh3: '巴基斯坦已向中方保证，有关样品并非稀土加工技术。',
      zh4: '中国外交部副部长会见美国大使。',
      zh5: '发言人称有关报道不实，纯属捏造。',
      zh6: '国中校长访问北京。',
    },
    searches: {
      稀土: ['zh1', 'zh3'],
      稀土出口: ['zh1'],
      外交部: ['zh1', 'zh4'],
      中国: ['zh4'],
      发言人: ['zh1', 'zh5'],
      '巴基斯坦 稀土': ['zh3'],
      美: ['zh4'],
      // A rank, which is across two other words.
      中校: [],
      出口: ['zh1', 'zh2'],
    },
  },
  {
    language: 'Urdu',
    documents: {
      ur1: 'ترجمان دفترِ خارجہ نے کہا کہ نایاب معدنیات کی برآمد کی خبریں بے بنیاد ہیں۔',
      ur2: 'پاکستان اور چین کے درمیان مفاہمت کی یادداشت پر دستخط ہوئے۔',
      ur3: 'وزیرِ اعظم نے اقوامِ متحدہ کی جنرل اسمبلی سے خطاب کیا۔',
      ur4: 'معدنی پانی کی برآمد میں اضافہ ہوا۔',
      ur5: 'سنہ ۲۰۲۵ء میں دونوں ملکوں کی تجارت بڑھی۔',
    },
    searches: {
      معدنیات: ['ur1'],
      'مفاہمت کی یادداشت': ['ur2'],
      'وزیر اعظم': ['ur3'],
      'اقوام متحدہ': ['ur3'],
      'پاكستان چين': ['ur2'],
      'دفتر خارجہ': ['ur1'],
      برآمد: ['ur1', 'ur4'],
    },
  },
  {
    language: 'Arabic',
    documents: {
      ar1: 'أعلنت الأمم المتحدة عن اتفاقية جديدة بشأن المعادن النادرة.',
      ar2: 'نفى المتحدث باسم الخارجية الصينية وجود أي صلة بباكستان.',
      ar3: 'الإمارات ومصر توقّعان مذكرة تفاهم.',
      ar4: 'قال المتحدّث إنّ العقوبات غير قانونية.',
      ar5: 'زار الأمير أمة بعيدة.',
    },
    searches: {
      'الامم المتحده': ['ar1'],
      'الأمم المتحدة': ['ar1'],
      المتحدث: ['ar2', 'ar4'],
      // Without the article.
      متحدث: ['ar2', 'ar4'],
      'مذكره تفاهم': ['ar3'],
      الامارات: ['ar3'],
      إتفاقية: ['ar1'],
      العقوبات: ['ar4'],
    },
  },
  {
    language: 'Russian',
    documents: {
      ru1: 'Официальный представитель МИД России Мария Захарова опровергла сообщения о санкциях.',
      ru2: 'Посол Королёв заявил, что все переговоры завершены.',
      ru3: 'Стороны обсудили экспорт редкоземельных металлов в Китай.',
      ru4: 'Санкционные списки расширены.',
      ru5: 'Китайская делегация прибыла в Москву.',
    },
    searches: {
      мид: ['ru1'],
      Королев: ['ru2'],
      все: ['ru2'],
      'санкци*': ['ru1', 'ru4'],
      китай: ['ru3'],
      // Another case.
      санкции: ['ru1'],
      '"редкоземельных металлов"': ['ru3'],
    },
  },
  {
    language: 'Spanish',
    documents: {
      es1: 'El canciller de México rechazó las sanciones económicas de Estados Unidos.',
      es2: 'La República Dominicana firmó un memorándum de entendimiento con España.',
      es3: 'El embajador español habló sobre la reunión de mañana.',
      es4: 'Los estados miembros están unidos.',
    },
    searches: {
      Mexico: ['es1'],
      '"estados unidos"': ['es1'],
      economicas: ['es1'],
      'memorandum entendimiento': ['es2'],
      espana: ['es2'],
      // The singular.
      sanción: ['es1'],
      'españ*': ['es2', 'es3'],
      REUNIÓN: ['es3'],
    },
  },
  {
    language: 'German',
    documents: {
      de1: 'Die Außenministerin verurteilte die Maßnahmen der Türkei.',
      de2: 'Straßenbauabkommen mit Österreich unterzeichnet.',
      de3: 'Das Auswärtige Amt dementiert Waffenlieferungen über die Straße von Hormus.',
      de4: 'Der Botschafter sprach über Massnahmen gegen Geldwäsche.',
    },
    searches: {
      massnahmen: ['de1', 'de4'],
      MASSNAHMEN: ['de1', 'de4'],
      turkei: ['de1'],
      'strasse hormus': ['de3'],
      'straße*': ['de2', 'de3'],
      osterreich: ['de2'],
      // The singular.
      Waffenlieferung: ['de3'],
      '"auswärtige amt"': ['de3'],
    },
  },
  {
    language: 'Korean',
    documents: {
      ko1: '외교부 대변인은 희토류 수출 통제에 유감을 표명했다.',
      ko2: '정부는 한미 정상회담에서 반도체 수출을 논의했다고 밝혔다.',
      ko3: '북한이 미사일을 발사했다고 합동참모본부가 발표했다.',
      ko4: '통일부 장관이 외신 기자들과 만났다.',
    },
    searches: {
      희토류: ['ko1'],
      정부: ['ko2'],
      수출: ['ko1', 'ko2'],
      외교부: ['ko1'],
      미사일: ['ko3'],
      '반도체 수출': ['ko2'],
      북한: ['ko3'],
      // A verb, which is across two other words.
      상회: [],
    },
  },
];
