"""Log entries per second end to end: a command's entry committed, sequenced, hashed and under a signed checkpoint.

Against the floor of the same rows inserted without a log. `python bench/log_entries.py [entries]`
"""

import os
import sys
import tempfile
import time

ENTRIES = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000


def main() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection, transaction

    from tinhso.proof.log import append
    from tinhso.proof.queries import inclusion, latest_checkpoint
    from tinhso.proof.sequencer import run_once

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (id INTEGER PRIMARY KEY, kind TEXT, subject TEXT, payload TEXT)")
        began = time.perf_counter()
        for start in range(0, ENTRIES, 100):
            with transaction.atomic():
                for number in range(start, start + 100):
                    cursor.execute(
                        "INSERT INTO bench_floor VALUES (%s, 'bench', %s, %s)",
                        [number, f"row:{number}", f'{{"number":{number}}}'],
                    )
        floor = time.perf_counter() - began
    began = time.perf_counter()
    last = None
    for start in range(0, ENTRIES, 100):
        with transaction.atomic():
            for number in range(start, start + 100):
                last = append("bench", f"row:{number}", {"number": number})
    appended = time.perf_counter()
    while run_once():
        pass
    ended = time.perf_counter()
    checkpoint = latest_checkpoint()
    proof = inclusion(last.pk)
    if checkpoint is None or checkpoint.size < ENTRIES or proof is None:
        raise SystemExit("the log did not take every entry")
    print(f"{ENTRIES} entries on {connection.vendor}, 100 a transaction")
    print(f"plain inserts        {ENTRIES / floor:12,.0f}/s")
    print(f"append               {ENTRIES / (appended - began):12,.0f}/s")
    print(f"sequence and sign    {ENTRIES / (ended - appended):12,.0f}/s")
    print(f"end to end           {ENTRIES / (ended - began):12,.0f}/s   {floor / (ended - began):.2f} of plain inserts")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TINHSO_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
        main()
