/** Every word of the interface, in German. */
import type { Words } from './en.ts'

const PARTS = { screenname: 'Der Name', value: 'Die Nachricht' }

const seconds = (count: number) => `${count} ${count === 1 ? 'Sekunde' : 'Sekunden'}`

export const de: Words = {
  lang: 'de',
  dir: 'ltr',

  skip: 'Zum Nachrichtenfeld',
  newTab: 'In neuem Tab öffnen',
  rooms: 'Räume',
  allRooms: 'Alle Räume',
  about:
    'Räume zum Reden: Betritt einen, schreib etwas unter irgendeinem Namen, und wer ihn offen hat, liest mit.',
  latelySpokenIn: 'Zuletzt aktive Räume',
  nothingSaidYet: 'Noch hat niemand etwas geschrieben. Fang hier an:',
  enterRoom: 'Raum betreten',
  enter: 'Betreten',
  roomHint:
    'Buchstaben a bis z, Ziffern und Bindestriche. Ein Raum entsteht mit der ersten Nachricht.',

  share: 'Auf deiner Seite',
  shareRoom: (room: string) => `${room} auf deiner Seite zeigen`,
  room: 'Raum',
  way: 'Wie',
  ways: {
    frame: 'Ein Rahmen',
    script: 'Ein Skript',
    element: 'Ein Element der Seite',
    htmx: 'Eigenes htmx',
    include: 'Von deinem Server eingefügt',
  },
  colours: 'Farben',
  asAround: 'wie ringsum',
  light: 'hell',
  dark: 'dunkel',
  readingAlone: 'Nur zum Lesen',
  show: 'Anzeigen',
  paste: 'Kopiere das:',
  leave:
    'Nur Seiten, die EMBED_ORIGINS nennt, können den Raum einrahmen oder darin schreiben; lesen kann ihn jede.',

  messages: 'Nachrichten',
  empty: 'Hier hat noch niemand etwas geschrieben. Mach den Anfang.',
  here: 'hier',
  older: 'Ältere Nachrichten',
  newer: 'Neuere Nachrichten',
  newest: 'Neueste Nachrichten',
  pages: 'Weitere Nachrichten',
  missed: 'Einige Nachrichten fehlen: Sie wurden automatisch gelöscht, bevor du sie gesehen hast.',
  reset: 'Dieser Raum wurde zurückgesetzt: Was du vorher gesehen hast, ist vielleicht weg.',
  refresh: 'Aktualisieren',
  liveReading: 'Live mitlesen',
  off: 'aus',
  everySeconds: (count: number) => (count === 1 ? 'jede Sekunde' : `alle ${count} Sekunden`),
  seconds: (count: number) => `${count} s`,

  new: '{} neu',
  lost: 'Keine Verbindung seit {}.',
  left: 'Zeichen übrig: {}',
  edit: 'Bearbeiten oder löschen',

  name: 'Name',
  you: 'deine Kennung',
  message: 'Nachricht',
  say: 'Senden',
  members: 'In diesem Raum sprechen nur Mitglieder der Website; lesen können ihn alle.',
  notSent:
    'Es kam keine Antwort, vielleicht ist das nicht angekommen. Es bleibt hier: sende es noch einmal, es erscheint nur einmal.',
  noAnswer: 'Es kam keine Antwort. Versuch es bitte noch einmal.',

  messageIn: (room: string) => `Nachricht in ${room}`,
  backToRoom: 'Zurück zum Raum',
  revise: 'Bearbeiten',
  revised: 'bearbeitet',
  bot: 'von einem Bot gesagt',
  verified: 'von der Website bestätigt',
  save: 'Speichern',
  cancel: 'Abbrechen',
  remove: 'Löschen',
  untilWhen: 'Du kannst die Nachricht bis zehn Minuten nach dem Senden bearbeiten oder löschen.',
  notSentTo: (room: string) => `Nicht an ${room} gesendet`,
  failed: 'Das hat nicht geklappt',
  triesAgain: (count: number) =>
    `Diese Seite versucht es ${count === 1 ? 'jede Sekunde' : `alle ${count} Sekunden`} von selbst noch einmal.`,

  refused: {
    nul: ({ of }) => `${PARTS[of]} enthält ein NUL; das ist kein Text.`,
    surrogate: ({ of }) => `${PARTS[of]} enthält ein halbes Zeichen (ein einzelnes Surrogat).`,
    empty: ({ of }) => `${PARTS[of]} ist leer.`,
    bytes: ({ of, most }) => `${PARTS[of]} ist größer als ${most / 1024} KiB.`,
    long: ({ of, count, most }) =>
      `${PARTS[of]} hat ${count} Zeichen; höchstens ${most} sind möglich.`,
    key: () => 'Mit diesem Schlüssel wurde schon etwas anderes gesendet: Er gilt nur einmal.',
    often: ({ wait }) => `Das ist zu viel auf einmal. Bitte warte ${seconds(wait)}.`,
    missing: () => 'Diese Nachricht gibt es nicht, oder sie ist zu alt und nicht mehr da.',
    gone: () => 'Diese Nachricht wurde gelöscht.',
    foreign: () => 'Nur wer eine Nachricht geschrieben hat, kann sie bearbeiten oder löschen.',
    late: () => 'Nachrichten lassen sich zehn Minuten lang bearbeiten oder löschen; sie sind um.',
  },

  problems: {
    nowhere: 'Unter dieser Adresse gibt es nichts.',
    noRoom:
      'Diesen Raum gibt es nicht: Namen haben 1 bis 64 Zeichen: a-z, 0-9, innen auch Bindestriche.',
    roomName: 'Der Name eines Raums hat 1 bis 64 Zeichen: a-z, 0-9, innen auch Bindestriche.',
    noMessage: 'Diese Nachricht gibt es nicht.',
    unreachable:
      'Die Nachrichten sind gerade nicht erreichbar. Bitte versuch es gleich noch einmal.',
    unforeseen: 'Hier ist etwas schiefgegangen. Es wurde vermerkt.',
    formUsed:
      'Dieses Formular wurde schon mit anderem Text gesendet: Sieh nach, ob er im Raum steht. ' +
      'Sende noch einmal, um auch diesen Text zu senden.',
    foreignSite:
      'Das kam von einer Seite einer anderen Website und wurde deshalb nicht ausgeführt.',
    longKey: 'Der Idempotenzschlüssel ist länger als 255 Zeichen.',
    unknownType: 'Sende es als Formular, als JSON oder als reinen Text.',
    brokenForm: 'Das Formular ist nicht lesbar: Seine Teile passen nicht zu seinem Content-Type.',
    file: (name: string) => `${name} muss Text sein, keine Datei.`,
    object: 'Das JSON muss ein Objekt sein.',
    string: (name: string) => `${name} muss ein String sein.`,
    notJson: 'Der Inhalt ist kein JSON, obwohl sein Content-Type es angibt.',
    notUtf8: 'Was gesendet wurde, ist kein UTF-8.',
    compressed: 'Sende es so, wie es ist, nicht komprimiert.',
    brokeOff: 'Der Inhalt brach vor seinem Ende ab.',
    tooLarge: (kib: number) => `Eine Anfrage darf höchstens ${kib} KiB enthalten.`,
    notAcceptable: (types: string) => `Diese Adresse antwortet mit ${types}.`,
    oneOf: 'Gib nur eines von after, before und since an, nicht mehrere zugleich.',
    waitAfter: 'wait gehört zu after: sonst gibt es nichts, worauf zu warten wäre.',
    eventsAfter: 'Ereignisse gehen von after aus weiter; before und since passen nicht dazu.',
    eventData: 'data ist json oder html.',
    oembedUrl: 'url ist die Adresse eines Raums von hier.',
    oembedFormat: 'Diese Adresse antwortet nur mit JSON.',
    theme: 'theme ist light oder dark.',
    twice: (name: string, count: number) => `${name} ist ${count}-mal angegeben; einmal genügt.`,
    wholeNumber: (name: string, least: number, most: number) =>
      `${name} muss eine ganze Zahl von ${least} bis ${most} sein, nur in Ziffern.`,
    token: 'Dieses Token ist hier nicht oder nicht mehr bekannt.',
    identity: 'Diese Identität ist mit keinem Schlüssel signiert, der hier bekannt ist.',
    identityOver: 'Der Nachweis, wer du bist, ist abgelaufen. Lade die Seite neu.',
    identityClaims:
      'Eine Identität hat sub, einen Text von 1 bis 200 Zeichen, screenname, und exp, höchstens 30 Tage voraus.',
    ownName: (name: string) => `Hier sprichst du als ${name}: Sende diesen Namen oder keinen.`,
    method: (method: string, allow: string) =>
      `${method} bewirkt hier nichts; diese Adresse nimmt ${allow} an.`,
  },
}
