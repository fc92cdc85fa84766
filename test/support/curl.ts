/** The arguments with which curl sends the request of the reference for an export bucket, to the letter. @param user `<public>:<private>` */
export function curlSeed(user: string, url: string, body: string): readonly string[] {
  return [
    ...['--silent', '--write-out', '\n%{http_code}'],
    ...['--user', user, '-X', 'POST', '--digest'],
    ...['--header', 'Accept: application/json', '--header', 'Content-Type: application/json'],
    ...[`${url}?pretty=true`, '--data', body],
  ];
}
