"""Reads documents with programs that share nothing with us; one JSON object a file on stdout.

usage: read.py FORMAT LIST [XSD]; LIST names one file a line. FORMAT: x12, xml, csv, mail, pdf.
"""
import csv
import email
import email.policy
import io
import json
import subprocess
import sys


def x12(path):
    """837D: pyx12's reader checks envelope, counts, control numbers and levels; values by loop."""
    import pyx12.x12file
    reader = pyx12.x12file.X12Reader(path)
    values, errors, numbers, notes, loop, line = {}, [], [], [], '', 0
    for seg in reader:
        kind = seg.get_seg_id()
        at = lambda place, seg=seg: (seg.get_value(place) or '')
        if kind == 'NM1':
            loop = at('NM101')
            if loop in ('IL', 'QC'):
                who = 'subscriber' if loop == 'IL' else 'patient'
                values[who + '.family'], values[who + '.given'] = at('NM103'), at('NM104')
                if loop == 'IL':
                    values['member'] = at('NM109')
            if loop == '82':
                values['dentist'] = at('NM103')
        elif kind == 'N3' and loop in ('IL', 'QC'):
            values[('subscriber' if loop == 'IL' else 'patient') + '.street'] = at('N301')
        elif kind == 'DMG' and loop in ('IL', 'QC'):
            values[('subscriber' if loop == 'IL' else 'patient') + '.born'] = at('DMG02')
        elif kind == 'SBR':
            values['group'], values['plan'] = at('SBR03'), at('SBR04')
        elif kind == 'CLM':
            loop = 'claim'
            values['submission'], values['total'] = at('CLM01'), at('CLM02')
        elif kind == 'REF' and at('REF01') in ('G1', 'G3', '9F'):
            numbers.append(at('REF02'))
        elif kind == 'REF' and at('REF01') == 'F8':
            values['original'] = at('REF02')
        elif kind == 'NTE':
            notes.append(at('NTE02'))
        elif kind == 'HI':
            codes = [seg.get_value('HI%02d-2' % place) for place in range(1, 13)]
            values['diagnoses'] = ' '.join(code for code in codes if code)
        elif kind == 'LX':
            line = int(at('LX01'))
        elif kind == 'SV3':
            prefix = 'line%d.' % line
            values[prefix + 'code'], values[prefix + 'charge'] = at('SV301-2'), at('SV302')
            values[prefix + 'area'], values[prefix + 'quantity'] = at('SV304-1') or at('SV304'), at('SV306')
        elif kind == 'TOO':
            prefix = 'line%d.' % line
            values[prefix + 'tooth'] = at('TOO02')
            values[prefix + 'surfaces'] = ''.join(seg.get_value('TOO03-%d' % place) or '' for place in range(1, 6))
        elif kind == 'DTP' and line:
            values['line%d.day' % line] = at('DTP03')
        errors += ['%s %s' % (code, text) for _, code, text, *_ in reader.pop_errors()]
    values['authorisations'] = ' '.join(sorted(set(numbers)))
    values['note'] = ' '.join(notes)
    return errors, values


def xml(path, xsd):
    from lxml import etree
    document = etree.parse(path)
    errors = [] if xsd.validate(document) else [str(each.message) for each in xsd.error_log]
    claim = document.getroot().find('Claim')
    text = lambda element, name: element.findtext(name) or ''
    values = {'submission': text(claim, 'ID'), 'member': text(claim, 'MemberID'), 'total': text(claim, 'Gross'),
              'original': text(claim, 'IDPayer'),
              'diagnoses': ' '.join(each.findtext('Code') for each in claim.findall('Diagnosis'))}
    numbers = []
    for place, activity in enumerate(claim.findall('Activity'), 1):
        prefix = 'line%d.' % place
        values[prefix + 'code'], values[prefix + 'charge'] = text(activity, 'Code'), text(activity, 'Net')
        values[prefix + 'quantity'], values[prefix + 'day'] = text(activity, 'Quantity'), text(activity, 'Start')
        numbers.append(text(activity, 'PriorAuthorizationID'))
        for seen in activity.findall('Observation'):
            kind, code = text(seen, 'Type'), text(seen, 'Code')
            if kind == 'Universal Dental' and text(seen, 'ValueType') == 'Tooth':
                values[prefix + 'tooth'], values[prefix + 'surfaces'] = code, text(seen, 'Value')
            elif kind == 'Universal Dental':
                values[prefix + 'area'] = code
            elif kind == 'Text' and code == 'note':
                values['note'] = text(seen, 'Value')
            elif kind == 'Text' and code in ('referral', 'predetermination'):
                numbers.append(text(seen, 'Value'))
    comment = claim.findtext('Resubmission/Comment')
    if comment and not comment.startswith('See claim '):
        values['note'] = comment
    values['authorisations'] = ' '.join(sorted({number for number in numbers if number}))
    return errors, values


def plain(text):
    """A spreadsheet program shows no apostrophe that keeps a text from being a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@＝＋－＠'" else text


def csv_file(data, delimiter=','):
    rows = list(csv.reader(io.StringIO(data.decode('utf-8-sig'), newline=''), delimiter=delimiter))
    titles, body = rows[0], [row for row in rows[1:-1] if row]
    errors = ['a row of %d cells under %d titles' % (len(row), len(titles)) for row in body if len(row) != len(titles)]
    values = {}
    for place, row in enumerate(body, 1):
        for title, cell in zip(titles, row):
            values['row%d.%s' % (place, title)] = plain(cell)
    return errors, values


def pdf_text(data):
    text = subprocess.run(['pdftotext', '-raw', '-', '-'], input=data, capture_output=True, check=True).stdout
    return ''.join(text.decode('utf-8').split())


def mail(data):
    import datetime
    import openpyxl
    message = email.message_from_bytes(data, policy=email.policy.default)
    errors = ['%s: %s' % (type(each).__name__, each) for part in message.walk() for each in part.defects]
    for header in ('From', 'To', 'Date', 'Message-ID', 'MIME-Version', 'Subject'):
        if not message[header]:
            errors.append('no ' + header)
    values = {'text': ''.join(message.get_body(('plain',)).get_content().split())}
    for part in message.iter_attachments():
        name, content = part.get_filename(), part.get_content()
        if name.endswith('.csv'):
            more, rows = csv_file(content.encode('utf-8') if isinstance(content, str) else content, ';')
            errors += more
            values.update(rows)
        elif name.endswith('.xlsx'):
            sheet = openpyxl.load_workbook(io.BytesIO(content)).active
            rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
            place = next(at for at, row in enumerate(rows) if row[0] == 'Statement')
            for title, cell in zip(rows[place], rows[place + 1]):
                if isinstance(cell, datetime.datetime):
                    cell = cell.date().isoformat()
                elif title in ('From', 'To'):
                    errors.append(title + ' is no day')
                values['sheet.' + title] = '' if cell is None else str(cell)
        elif name.endswith('.pdf'):
            values['form'] = pdf_text(content)
    return errors, values


def main():
    kind, names = sys.argv[1], sys.argv[2]
    if kind == 'xml':
        from lxml import etree
        schema = etree.XMLSchema(etree.parse(sys.argv[3]))
    for path in open(names, encoding='utf-8').read().splitlines():
        try:
            if kind == 'x12':
                errors, values = x12(path)
            elif kind == 'xml':
                errors, values = xml(path, schema)
            else:
                data = open(path, 'rb').read()
                read = {'csv': csv_file, 'mail': mail, 'pdf': lambda body: ([], {'form': pdf_text(body)})}[kind]
                errors, values = read(data)
        except Exception as error:  # a reader that gives up has found a fault
            errors, values = ['%s: %s' % (type(error).__name__, error)], {}
        print(json.dumps({'file': path, 'errors': errors, 'values': values}), flush=True)


main()
