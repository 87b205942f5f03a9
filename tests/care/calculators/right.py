"""One right line of options for each calculator, its words as a shell would split them."""

RIGHT = {
    "flow": "--daily-dose 200mcg/day --concentration 500mcg/mL --pump synchromed-ii-20",
    "volume": "--dose 75mcg --concentration 50mcg/mL",
    "mix": "--reservoir 20mL --flow 0.5mL/day --daily-dose 100mcg/day --stock 2000mcg/mL "
    "--priming-volume 3mL",
    "reach-tip": "--dead-volume 0.2918mL --flow 0.2mL/day",
    "refill": "--fill 20mL --daily-dose 100mcg/day --concentration 500mcg/mL --alarm-volume 2mL "
    "--signs-at 1mL --patient-bolus 10mcg --patient-boluses-per-day 2 --accuracy 14.5% "
    "--worst-case-drives --stability 180d --cap 90d --filled-on 2026-03-01 --lead 7d..10d",
    "residual": "--fill 20mL --daily-dose 100mcg/day --concentration 500mcg/mL --days 85d "
    "--withdrawn 3.4mL --lowest-ratio 0.8 --highest-ratio 1.145 --highest-difference 2mL",
    "pocket-fill": "--pump synchromed-ii-40 --injected 38mL --measured 36.4mL --threshold 2mL",
    "delivery-error": "--programmed 10mL --delivered 11.44mL --accuracy 14.5%",
    "replacement": "--implanted 2020-06-01 --eri 2026-01-10 --life 84mo --lead 6mo --eri-interval 90d",
    "catheter": "--model medtronic-8709sc --length 89cm --trimmed 20cm --inner-diameter 0.53mm "
    "--stored-volume 0.1518mL --tolerance 5%",
    "prime": "--parts pump+catheter --tubing-volume 0.14mL --catheter-volume 0.1518mL "
    "--concentration 500mcg/mL",
    "bridge": "--dead-volume 0.34mL --old-concentration 500mcg/mL --new-concentration 2000mcg/mL "
    "--old-dose 200mcg/day --new-dose 210mcg/day --over 20.4h",
    "access-port": "--port-volume 0.14mL --catheter-volume 0.1518mL --concentration 2000mcg/mL "
    "--aspirated 0.3mL",
    "screening-step": "--given 50mcg --at 2026-02-03T10:00+01:00 --next 75mcg "
    "--next-at 2026-02-04T10:00+01:00",
    "response": "--before 3.6 --after 2.4 --threshold 1",
    "start-dose": "--screening-dose 50mcg --effect-duration 6h --long-effect 8h --adverse",
    "titrate": "--dose 100mcg/day --proposed 112mcg/day --origin cerebral --phase titration "
    "--since-change 24h --since-start 3d --age 8y --step 5%..15%",
    "wean": "--drug baclofen --daily-dose 60mg/day --step 25%..50%",
    "interval": "--every 6h --dose 10mcg",
    "patient-bolus": "--lockout 4h --last 2026-03-02T07:00Z --now 2026-03-02T12:00Z --given-today 1 "
    "--allotted 3",
    "window-limit": "--limit 1mL --window 4h --background-flow 0.1mL/h --boluses-given 0.1mL,0.2mL "
    "--request 0.3mL",
}
