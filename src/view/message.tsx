/** A message as people see it: the same markup for every reader, in a page and in a fragment. */
import { Html } from '@elysiajs/html'
import { type Message, timeOf } from '../chat/message.ts'
import { messageAddress, type Site } from './site.ts'

export function MessageItem({
  site,
  room,
  message,
}: {
  site: Site
  room: string
  message: Message
}) {
  return (
    <li id={`m-${message.id}`} class="chat">
      <bdi class="user" safe>
        {message.screenname}
      </bdi>{' '}
      <a class="permalink" href={messageAddress(site, room, message.id)}>
        <Time id={message.id} />
      </a>{' '}
      <Text value={message.value} />
      {message.revised ? <small class="revised"> (edited)</small> : ''}
    </li>
  )
}

const shown = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** The time an id stands for, in UTC. */
export function Time({ id }: { id: number }) {
  return (
    <time datetime={timeOf(id)} safe>
      {`${shown.format(id / 1000)} UTC`}
    </time>
  )
}

/** Lines break by `<br>` where there is no stylesheet; ours hides it and keeps the text's own breaks. */
function Text({ value }: { value: string }) {
  return (
    <span class="text" dir="auto">
      {Html.escapeHtml(value).replaceAll('\n', '<br>\n') as 'safe'}
    </span>
  )
}
