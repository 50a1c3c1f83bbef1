/** Every word of the interface, in Arabic. */
import type { Words } from './en.ts'

/** Both masculine, so that one form of a sentence fits either. */
const PARTS = { screenname: 'الاسم', value: 'نص الرسالة' }

const PLURAL = new Intl.PluralRules('ar')

/** One and two are words of their own; three to ten take the plural, all others the singular. */
const counted = (count: number, one: string, two: string, few: string, many: string) => {
  const rule = PLURAL.select(count)
  if (rule === 'one') return one
  if (rule === 'two') return two
  return `${count} ${rule === 'few' ? few : many}`
}

const seconds = (count: number) => counted(count, 'ثانية واحدة', 'ثانيتين', 'ثوانٍ', 'ثانية')

const times = (count: number) => counted(count, 'مرة واحدة', 'مرتين', 'مرات', 'مرة')

export const ar: Words = {
  lang: 'ar',
  dir: 'rtl',

  skip: 'إلى مربع الرسالة',
  newTab: 'فتح في لسان جديد',
  rooms: 'الغرف',
  allRooms: 'كل الغرف',
  about: 'غرف للمحادثة: يكفي دخول إحداها وكتابة شيء بأي اسم، ليقرأه كل من فتحها.',
  latelySpokenIn: 'الغرف النشطة مؤخرًا',
  nothingSaidYet: 'لم يُكتب شيء بعد. البداية من هنا:',
  enterRoom: 'دخول غرفة',
  enter: 'دخول',
  roomHint: 'أحرف من a إلى z وأرقام وواصلات. تُنشأ الغرفة مع أول رسالة فيها.',

  share: 'في موقعك',
  shareRoom: (room: string) => `عرض ${room} في موقعك`,
  room: 'الغرفة',
  way: 'الطريقة',
  ways: {
    frame: 'إطار',
    script: 'نص برمجي',
    element: 'عنصر',
    htmx: 'مكتبة htmx لديك',
    include: 'يضيفها خادمك',
  },
  colours: 'الألوان',
  asAround: 'كما حولها',
  light: 'فاتح',
  dark: 'داكن',
  readingAlone: 'للقراءة فقط',
  show: 'عرض',
  paste: 'انسخ هذا:',
  leave:
    'لا يمكن إلا للمواقع التي يذكرها EMBED_ORIGINS أن تضع الغرفة في إطار أو تكتب فيها؛ أما القراءة فلكل موقع.',

  messages: 'الرسائل',
  empty: 'لم يُكتب شيء هنا بعد. الكلمة الأولى لك.',
  here: 'هنا',
  older: 'رسائل أقدم',
  newer: 'رسائل أحدث',
  newest: 'أحدث الرسائل',
  pages: 'المزيد من الرسائل',
  missed: 'بعض الرسائل لم تعد موجودة: حُذفت تلقائيًا قبل أن تصل إليك.',
  reset: 'أُعيد ضبط هذه الغرفة: ربما فُقد ما ظهر لك فيها من قبل.',
  refresh: 'تحديث',
  liveReading: 'التحديث التلقائي',
  off: 'متوقف',
  everySeconds: (count: number) => `كل ${seconds(count)}`,
  seconds: (count: number) => `${count} ث`,

  new: 'جديد: {}',
  lost: 'الاتصال مقطوع منذ الساعة {}.',
  left: 'الأحرف المتبقية: {}',
  edit: 'تعديل أو حذف',

  name: 'الاسم',
  you: 'علامتك',
  message: 'الرسالة',
  say: 'إرسال',
  members: 'لا يتحدث في هذه الغرفة إلا أعضاء الموقع، ويمكن للجميع قراءتها.',
  notSent:
    'لم يصل أي رد، وربما لم تُرسل الرسالة. النص محفوظ: يمكن إرساله مرة أخرى ولن يظهر إلا مرة واحدة.',
  noAnswer: 'لم يصل أي رد. تُرجى المحاولة مرة أخرى.',

  messageIn: (room: string) => `رسالة في ${room}`,
  backToRoom: 'العودة إلى الغرفة',
  revise: 'تعديل',
  revised: 'معدّلة',
  bot: 'قاله بوت',
  verified: 'موثَّق من الموقع',
  save: 'حفظ',
  cancel: 'إلغاء',
  remove: 'حذف',
  untilWhen: 'يمكنك تعديل الرسالة أو حذفها خلال عشر دقائق من إرسالها.',
  notSentTo: (room: string) => `لم يتم الإرسال إلى ${room}`,
  failed: 'تعذّر إتمام ذلك',
  triesAgain: (count: number) => `تُعيد هذه الصفحة المحاولة كل ${seconds(count)}.`,

  refused: {
    nul: ({ of }) => `يحتوي ${PARTS[of]} على NUL، وهو ليس نصًا.`,
    surrogate: ({ of }) => `يحتوي ${PARTS[of]} على نصف حرف (surrogate منفرد).`,
    empty: ({ of }) => `${PARTS[of]} فارغ.`,
    bytes: ({ of, most }) => `حجم ${PARTS[of]} أكبر من ${most / 1024} KiB.`,
    long: ({ of, count, most }) => `عدد أحرف ${PARTS[of]} هو ${count}، والحد الأقصى ${most}.`,
    key: () => 'سبق إرسال شيء آخر بهذا المفتاح: فهو صالح لمرة واحدة.',
    often: ({ wait }) => `هذا كثير دفعة واحدة. يُرجى الانتظار ${seconds(wait)}.`,
    missing: () => 'هذه الرسالة غير موجودة، أو أنها قديمة ولم تعد محفوظة.',
    gone: () => 'حُذفت هذه الرسالة.',
    foreign: () => 'تعديل الرسالة أو حذفها متاح لمن كتبها فقط.',
    late: () => 'يمكن تعديل الرسالة أو حذفها خلال عشر دقائق، وقد انقضت.',
  },

  problems: {
    nowhere: 'لا يوجد شيء في هذا العنوان.',
    noRoom:
      'هذه الغرفة غير موجودة: اسم الغرفة من 1 إلى 64 رمزًا: ' +
      'الأحرف a إلى z والأرقام 0 إلى 9، وواصلات في داخله.',
    roomName: 'اسم الغرفة من 1 إلى 64 رمزًا: الأحرف a إلى z والأرقام 0 إلى 9، وواصلات في داخله.',
    noMessage: 'هذه الرسالة غير موجودة.',
    unreachable: 'يتعذّر الوصول إلى الرسائل حاليًا. يُرجى المحاولة مجددًا بعد قليل.',
    unforeseen: 'حدث خطأ ما هنا، وقد سُجّل.',
    formUsed:
      'سبق إرسال هذا النموذج بنص آخر: يُرجى التحقق من ظهوره في الغرفة. ' +
      'لإرسال هذا النص أيضًا، يكفي الإرسال مجددًا.',
    foreignSite: 'أُرسل هذا من صفحة في موقع آخر، ولذلك لم يُنفّذ.',
    longKey: 'مفتاح منع التكرار (Idempotency-Key) أطول من 255 حرفًا.',
    unknownType: 'يُقبل الإرسال على شكل نموذج أو JSON أو نص عادي.',
    brokenForm: 'تتعذّر قراءة النموذج: أجزاؤه لا تطابق نوع محتواه.',
    file: (name: string) => `يجب أن يكون ${name} نصًا لا ملفًا.`,
    object: 'يجب أن يكون JSON كائنًا.',
    string: (name: string) => `يجب أن يكون ${name} سلسلة نصية.`,
    notJson: 'المحتوى ليس JSON، خلافًا لنوعه المعلن.',
    notUtf8: 'ما أُرسل ليس UTF-8.',
    compressed: 'يُرجى الإرسال كما هو، دون ضغط.',
    brokeOff: 'انقطع المحتوى قبل نهايته.',
    tooLarge: (kib: number) => `الحد الأقصى لحجم الطلب هو ${kib} KiB.`,
    notAcceptable: (types: string) => `يجيب هذا العنوان بالأنواع التالية: ${types}.`,
    oneOf: 'يُقبل واحد فقط من after وbefore وsince، لا أكثر من واحد معًا.',
    waitAfter: 'تُستعمل wait مع after: فبدونها لا شيء يُنتظر.',
    eventsAfter: 'تتابع الأحداث من after؛ ولا تُستعمل معها before ولا since.',
    eventData: 'قيمة data هي json أو html.',
    oembedUrl: 'url هو عنوان غرفة هنا.',
    oembedFormat: 'هذا العنوان يجيب بصيغة JSON فقط.',
    theme: 'theme هو light أو dark.',
    twice: (name: string, count: number) => `ورد ${name} ${times(count)}؛ مرة واحدة تكفي.`,
    wholeNumber: (name: string, least: number, most: number) =>
      `يجب أن يكون ${name} عددًا صحيحًا من ${least} إلى ${most}، بالأرقام 0 إلى 9 فقط.`,
    token: 'هذا الرمز غير معروف هنا، أو لم يعد معروفًا.',
    identity: 'هذه الهوية غير موقَّعة بمفتاح معروف هنا.',
    identityOver: 'انتهت صلاحية ما يثبت من أنت. أعد تحميل الصفحة للمتابعة.',
    identityClaims:
      'للهوية sub، وهو نص من 1 إلى 200 حرف، وscreenname، وexp، بعد 30 يومًا على الأكثر.',
    ownName: (name: string) => `أنت تتحدث هنا باسم ${name}: أرسل هذا الاسم أو لا ترسل اسمًا.`,
    method: (method: string, allow: string) =>
      `لا أثر للطريقة ${method} هنا؛ يقبل هذا العنوان ${allow}.`,
  },
}
