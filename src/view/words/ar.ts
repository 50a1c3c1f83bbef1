/** Every word of the interface, in Arabic. */
import type { Words } from './en.ts'

/** Both masculine, so that one form of a sentence fits either. */
const PARTS = { screenname: 'الاسم', value: 'نص الرسالة', notice: 'نص الإعلان' }

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

  pinned: 'إعلان مثبت',
  cleared: 'أفرغ أحد المشرفين هذه الغرفة: ما قيل قبل ذلك لم يعد موجودًا.',
  readOnly: 'للقراءة فقط حاليًا: الكتابة هنا للمشرفين وحدهم.',
  slowMode: (count: number) => `الوضع البطيء: رسالة واحدة كل ${seconds(count)}.`,

  moderation: {
    link: 'الإشراف',
    of: (room: string) => `الإشراف على ${room}`,
    signIn: 'تسجيل الدخول للإشراف',
    key: 'المفتاح',
    enter: 'تسجيل الدخول',
    signedIn: 'سجلت الدخول مشرفًا. علامتك:',
    signOut: 'تسجيل الخروج',
    rules: 'الغرفة',
    slow: 'الثواني بين رسالتين للشخص نفسه (0: بلا وضع بطيء)',
    readOnly: 'للقراءة فقط: الكتابة للمشرفين وحدهم',
    notice: 'إعلان مثبت',
    set: 'تطبيق',
    clear: 'إفراغ الغرفة',
    clearAll: 'تُحذف كل الرسائل، للجميع ونهائيًا',
    muted: 'المكتومون',
    nobodyMuted: 'لا أحد مكتوم.',
    until: 'حتى',
    forGood: 'نهائيًا',
    unmute: 'السماح بالكتابة من جديد',
    done: 'ما فعله المشرفون',
    nothingDone: 'لا شيء بعد.',
    older: 'أقدم',
    sender: 'هذه الرسالة ومن كتبها',
    sweep: 'حذف كل ما كتبه في هذه الغرفة',
    mute: 'كتم من كتبها هنا',
    hour: 'لمدة ساعة',
    day: 'لمدة يوم',
    deeds: {
      remove: 'حذف رسالة',
      sweep: 'حذف كل رسائل',
      mute: 'كتم',
      unmute: 'سمح بالكتابة من جديد لـ',
      clear: 'أفرغ الغرفة',
      rule: 'ضبط الغرفة',
    },
    plain: 'لا شيء خاص',
    slowFor: (count: number) => `الوضع البطيء ${count} ث`,
    isReadOnly: 'للقراءة فقط',
    hasNotice: 'إعلان',
  },

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
  moderator: 'قاله مشرف',
  resembles: 'اسم آخر يشبه هذا الاسم فقط:',
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
    again: () => 'لقد قلت هذا نفسه قبل لحظات.',
    links: ({ most }) => `يمكن للقادم الجديد أن يضع ${most} من الروابط في الرسالة.`,
    rooms: ({ wait }) =>
      `لقد فتحت غرفًا كثيرة. يُرجى الانتظار ${seconds(wait)} أو التحدث في غرفة قائمة.`,
    slow: ({ wait }) => `الوضع البطيء مفعل هنا. يُرجى الانتظار ${seconds(wait)}.`,
    muted: () => 'كتمك أحد المشرفين في هذه الغرفة.',
    readonly: () => 'هذه الغرفة للقراءة فقط حاليًا: الكتابة للمشرفين وحدهم.',
    reserved: () => 'هذا الاسم للمشرفين. يُرجى اختيار اسم آخر.',
    unmuted: () => 'لا أحد مكتوم هنا بهذه العلامة.',
    unsigned: () => 'الرسالة قديمة ولا يُعرف من كتبها.',
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
    host: 'يجب أن يذكر الطلب مضيفًا واحدًا في ترويسة Host.',
    foreignSite: 'أُرسل هذا من صفحة في موقع آخر، ولذلك لم يُنفّذ.',
    longKey: 'مفتاح منع التكرار (Idempotency-Key) أطول من 255 حرفًا.',
    unknownType: 'يُقبل الإرسال على شكل نموذج أو JSON أو نص عادي.',
    brokenForm: 'تتعذّر قراءة النموذج: أجزاؤه لا تطابق نوع محتواه.',
    file: (name: string) => `يجب أن يكون ${name} نصًا لا ملفًا.`,
    object: 'يجب أن يكون JSON كائنًا.',
    string: (name: string) => `يجب أن يكون ${name} سلسلة نصية.`,
    notJson: 'المحتوى ليس JSON.',
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
    noModeration: 'لا إشراف هنا: لم يُضبط MODERATOR_KEY.',
    notModerator: 'هذا للمشرفين: يلزم تسجيل الدخول أو إرسال المفتاح بصيغة bearer.',
    wrongKey: 'هذا ليس المفتاح.',
    muteTime: 'قيمة for هي hour أو day أو good.',
    sure: 'لإفراغ الغرفة يجب إرسال sure=yes.',
    truth: (name: string) => `قيمة ${name} هي yes أو no.`,
    method: (method: string, allow: string) =>
      `لا أثر للطريقة ${method} هنا؛ يقبل هذا العنوان ${allow}.`,
  },
}
