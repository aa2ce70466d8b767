/* Feeds as ministries publish them, each with what is odd about such feeds. */

/** RSS 2.0: HTML in CDATA, entities that were escaped twice, a relative link, an id that is no URL. */
export const RSS = `<?xml version="1.0" encoding="UTF-8"?>
<!-- generator="site" -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel>
    <title>Ministry of Foreign Affairs – Press Releases</title>
    <link>https://mofa.example/press/</link>
    <description>Press releases</description>
    <language>en-us</language>
    <item>
      <title>Foreign Minister&amp;#8217;s remarks on R&amp;D &amp; trade</title>
      <link>/press/2025/101</link>
      <guid isPermaLink="false">101</guid>
      <pubDate>Tue, 14 Oct 2025 02:30:00 +0500</pubDate>
      <description><![CDATA[<p>The <b>Foreign</b> Minister said:</p>
<ul><li>one</li><li>two</li></ul><script>alert(1)</script>]]></description>
      <content:encoded><![CDATA[<p>The whole text</p>]]></content:encoded>
    </item>
    <item>
      <title>Weekly briefing</title>
      <guid>https://mofa.example/press/2025/100</guid>
      <pubDate>Mon, 13 Oct 25 15:00 PKT</pubDate>
      <description>Questions &amp;amp; answers</description>
    </item>
    <item>
      <link>javascript:alert(1)</link>
      <description>A note without a title.</description>
      <dc:date>2025-10-12</dc:date>
    </item>
    <item><guid>https://mofa.example/press/2025/98</guid></item>
  </channel>
</rss>`;

/** Atom: a base for links, XHTML as content, a title with markup, dates with an offset. */
export const ATOM = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://diplomatie.example/actualites/">
  <title type="html">Minist&amp;egrave;re &lt;em&gt;des&lt;/em&gt; Affaires</title>
  <id>urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6</id>
  <link rel="self" href="/feed.atom"/>
  <link href="/"/>
  <updated>2025-10-13T18:30:02Z</updated>
  <entry xml:lang="en">
    <title>Signing of a memorandum</title>
    <link rel="enclosure" href="memo.pdf"/>
    <link rel="alternate" href="2025/memo.html"/>
    <id>tag:diplomatie.example,2025:memo</id>
    <published>2025-10-13T23:30:02-04:00</published>
    <updated>2025-10-20T00:00:00Z</updated>
    <content type="xhtml">
      <div xmlns="http://www.w3.org/1999/xhtml"><p>Two ministers <em>signed</em> it.</p><p>A &lt; B</p></div></content>
  </entry>
</feed>`;

/** RSS 1.0. */
export const RDF = `<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="https://gaimusho.example/rss"><title>外務省</title><link>https://gaimusho.example/</link>
    <description>新着情報</description><dc:language>ja</dc:language>
    <items><rdf:Seq><rdf:li rdf:resource="https://gaimusho.example/1"/></rdf:Seq></items></channel>
  <item rdf:about="https://gaimusho.example/1"><title>外相会談</title><link>https://gaimusho.example/1</link>
    <description>会談が行われた。</description><dc:date>2025-10-13T10:00+09:00</dc:date></item>
</rdf:RDF>`;

export const JSON_FEED = JSON.stringify({
  version: 'https://jsonfeed.org/version/1.1',
  title: 'Foreign Office',
  home_page_url: 'https://fo.example/',
  language: 'en',
  items: [
    {
      id: 'note-7',
      url: 'https://fo.example/7',
      title: 'Talks <held>',
      content_html: '<p>They talked.</p>',
      date_published: '2025-10-13T10:00:00Z',
    },
  ],
});

/** An RSS feed with these items. */
export function rss(...items: readonly string[]): string {
  const channel = `<title>Feed</title><link>https://feed.example/</link>${items.join('')}`;
  return `<rss version="2.0"><channel>${channel}</channel></rss>`;
}
