/** Every word of the interface, in Spanish. */
import type { Words } from './en.ts'

const PARTS = { screenname: 'El nombre', value: 'El mensaje' }

const seconds = (count: number) => `${count} ${count === 1 ? 'segundo' : 'segundos'}`

export const es: Words = {
  lang: 'es',
  dir: 'ltr',

  skip: 'Ir al cuadro de mensaje',
  newTab: 'Abrir en otra pestaña',
  rooms: 'Salas',
  allRooms: 'Todas las salas',
  about:
    'Salas para conversar: entra en una, escribe algo con el nombre que quieras y lo leerá quien la tenga abierta.',
  latelySpokenIn: 'Salas con actividad reciente',
  nothingSaidYet: 'Todavía no se ha escrito nada. Empieza aquí:',
  enterRoom: 'Entrar en una sala',
  enter: 'Entrar',
  roomHint: 'Letras de la a a la z, cifras y guiones. Una sala se crea con su primer mensaje.',

  share: 'En tu sitio',
  shareRoom: (room: string) => `Mostrar ${room} en tu sitio`,
  room: 'Sala',
  way: 'Cómo',
  ways: {
    frame: 'Un marco',
    script: 'Un guion',
    element: 'Un elemento',
    htmx: 'Tu propio htmx',
    include: 'Lo incluye tu servidor',
  },
  colours: 'Colores',
  asAround: 'como alrededor',
  light: 'claro',
  dark: 'oscuro',
  readingAlone: 'Solo para leer',
  show: 'Mostrar',
  paste: 'Copia esto:',
  leave:
    'Solo los sitios que nombra EMBED_ORIGINS pueden enmarcar la sala o escribir en ella; leerla puede cualquiera.',

  messages: 'Mensajes',
  empty: 'Todavía no se ha escrito nada aquí. Escribe el primer mensaje.',
  here: 'aquí',
  older: 'Mensajes más antiguos',
  newer: 'Mensajes más recientes',
  newest: 'Últimos mensajes',
  pages: 'Más mensajes',
  missed: 'Faltan algunos mensajes: se eliminaron automáticamente antes de que los vieras.',
  reset: 'Esta sala se ha restablecido: puede que lo que viste antes ya no esté.',
  refresh: 'Actualizar',
  liveReading: 'Actualización automática',
  off: 'desactivada',
  everySeconds: (count: number) => `cada ${count === 1 ? 'segundo' : seconds(count)}`,
  seconds: (count: number) => `${count} s`,

  new: '{} sin leer',
  lost: 'Sin conexión desde las {}.',
  left: 'Caracteres restantes: {}',
  edit: 'Editar o eliminar',

  name: 'Nombre',
  you: 'tu distintivo',
  message: 'Mensaje',
  say: 'Enviar',
  members: 'En esta sala solo hablan los miembros del sitio; cualquiera puede leerla.',
  notSent:
    'No hubo respuesta; puede que no se haya enviado. Se conserva: envíalo otra vez, se dirá una sola vez.',
  noAnswer: 'No hubo respuesta. Inténtalo de nuevo.',

  messageIn: (room: string) => `Mensaje en ${room}`,
  backToRoom: 'Volver a la sala',
  revise: 'Editar',
  revised: 'editado',
  bot: 'dicho por un bot',
  verified: 'verificado por el sitio',
  save: 'Guardar',
  cancel: 'Cancelar',
  remove: 'Eliminar',
  untilWhen: 'Puedes editar o eliminar el mensaje hasta diez minutos después de enviarlo.',
  notSentTo: (room: string) => `No se envió a ${room}`,
  failed: 'No se pudo completar',
  triesAgain: (count: number) =>
    `Esta página lo intenta de nuevo cada ${count === 1 ? 'segundo' : seconds(count)}.`,

  refused: {
    nul: ({ of }) => `${PARTS[of]} contiene un NUL, que no es texto.`,
    surrogate: ({ of }) => `${PARTS[of]} contiene medio carácter (un «surrogate» suelto).`,
    empty: ({ of }) => `${PARTS[of]} está vacío.`,
    bytes: ({ of, most }) => `${PARTS[of]} ocupa más de ${most / 1024} KiB.`,
    long: ({ of, count, most }) => `${PARTS[of]} tiene ${count} caracteres; el máximo es ${most}.`,
    key: () => 'Ya se envió otra cosa con esta clave: solo sirve una vez.',
    often: ({ wait }) => `Es demasiado de una vez. Espera ${seconds(wait)}.`,
    missing: () => 'Este mensaje no existe o es tan antiguo que ya no se conserva.',
    gone: () => 'Este mensaje se eliminó.',
    foreign: () => 'Solo quien escribió un mensaje puede editarlo o eliminarlo.',
    late: () => 'Un mensaje se puede editar o eliminar durante diez minutos; ya han pasado.',
  },

  problems: {
    nowhere: 'No hay nada en esta dirección.',
    noRoom:
      'Esa sala no existe: un nombre tiene de 1 a 64 caracteres: a-z, 0-9 y guiones interiores.',
    roomName: 'El nombre de una sala tiene de 1 a 64 caracteres: a-z, 0-9 y guiones interiores.',
    noMessage: 'Este mensaje no existe.',
    unreachable: 'Ahora no se puede acceder a los mensajes. Inténtalo de nuevo en un momento.',
    unforeseen: 'Algo salió mal aquí. Ha quedado registrado.',
    formUsed:
      'Este formulario ya se envió con otro texto: mira si está en la sala. ' +
      'Vuelve a enviarlo para publicar también este.',
    foreignSite: 'Esto lo envió una página de otro sitio, así que no se hizo.',
    longKey: 'La clave de idempotencia tiene más de 255 caracteres.',
    unknownType: 'Envíalo como formulario, como JSON o como texto sin formato.',
    brokenForm: 'No se puede leer el formulario: sus partes no encajan con su tipo de contenido.',
    file: (name: string) => `${name} debe ser texto, no un archivo.`,
    object: 'El JSON debe ser un objeto.',
    string: (name: string) => `${name} debe ser una cadena de texto.`,
    notJson: 'El cuerpo no es JSON, aunque su tipo de contenido dice que lo es.',
    notUtf8: 'Lo que se envió no es UTF-8.',
    compressed: 'Envíalo tal cual, sin comprimir.',
    brokeOff: 'El cuerpo se cortó antes de terminar.',
    tooLarge: (kib: number) => `Una solicitud puede llevar ${kib} KiB como máximo.`,
    notAcceptable: (types: string) => `Esta dirección responde con ${types}.`,
    oneOf: 'Usa solo uno de after, before y since, no varios a la vez.',
    waitAfter: 'wait acompaña a after: sin él no hay nada que esperar.',
    eventsAfter: 'Los eventos siguen a partir de after; before y since no van con ellos.',
    eventData: 'data es json o html.',
    oembedUrl: 'url es la dirección de una sala de aquí.',
    oembedFormat: 'Esta dirección solo responde JSON.',
    theme: 'theme es light o dark.',
    twice: (name: string, count: number) =>
      `${name} aparece ${count} ${count === 1 ? 'vez' : 'veces'}; con una basta.`,
    wholeNumber: (name: string, least: number, most: number) =>
      `${name} debe ser un número entero de ${least} a ${most}, escrito solo con cifras.`,
    token: 'Este token no se conoce aquí, o ya no.',
    identity: 'Esta identidad no está firmada con ninguna clave que se conozca aquí.',
    identityOver: 'Lo que dice quién eres ha caducado. Vuelve a cargar la página para seguir.',
    identityClaims:
      'Una identidad tiene sub, un texto de 1 a 200 caracteres, screenname, y exp, a 30 días como mucho.',
    ownName: (name: string) => `Aquí hablas como ${name}: envía ese nombre o ninguno.`,
    method: (method: string, allow: string) =>
      `${method} no hace nada aquí; esta dirección acepta ${allow}.`,
  },
}
